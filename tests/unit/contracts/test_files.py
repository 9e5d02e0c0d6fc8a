"""Files in histories: each with a digest of its own, shown with its entry or not at all, named in the bundle."""

from contracts.bundle import file_path, linked, make, prove
from contracts.disclosure import Reporter, Staff, Vendor, disclose
from contracts.timeline import Draft, Entry, FileRef, files_of, verify
from tests.support.histories import INCIDENT, START, SUBJECT, TICKET, VENDOR, chain, told

PHOTO = FileRef(sha256="ab" * 32, name="lampa.jpg", media_type="image/jpeg", size=48213)
LOG = FileRef(sha256="cd" * 32, name="switch.log", media_type="text/plain", size=12)


def entry_for(*audience: str) -> Entry:
    draft = Draft(
        at=START,
        party="reporter",
        kind="reply",
        audience=audience,
        caused_by="ev_1",
        text={"sv": "Så här ser den ut."},
        files=(PHOTO, LOG),
    )
    return chain(TICKET, [draft])[0]


def test_each_file_has_its_own_salt_and_digest() -> None:
    entry = entry_for("reporter")
    salts = {entry.disclosures[name].salt for name in ("file:0", "file:1", "text")}
    assert len(salts) == 3
    erased = {name: shown for name, shown in entry.disclosures.items() if name != "file:0"}
    left = entry.model_copy(update={"disclosures": erased})
    assert verify([left]) == []
    assert left.files == (LOG,)


def test_a_name_stands_in_an_address_whatever_is_in_it() -> None:
    assert PHOTO.model_copy(update={"name": "å&b?/c#.jpg"}).address == f"{PHOTO.sha256}?name=%C3%A5%26b%3F%2Fc%23.jpg"


def test_a_file_goes_where_its_entry_may_be_read() -> None:
    own = entry_for("reporter")
    assert files_of(disclose(own, Staff()).disclosures) == (PHOTO, LOG)
    assert files_of(disclose(own, Reporter(own=True)).disclosures) == (PHOTO, LOG)
    assert files_of(disclose(own, Reporter(own=False)).disclosures) == ()
    assert files_of(disclose(own, Vendor(party=VENDOR)).disclosures) == (PHOTO, LOG)
    assert files_of(disclose(entry_for("internal"), Vendor(party=VENDOR)).disclosures) == ()


def test_the_bundle_names_the_files_it_shows_and_where_they_are() -> None:
    whole = make("ho_1", "malarvik", SUBJECT, told(), Vendor(party=VENDOR))
    (file,) = whole.files
    assert (file.case, file.seq, file.sha256) == (TICKET, 1, PHOTO.sha256)
    assert file.url == file_path("ho_1", PHOTO.sha256, PHOTO.name)
    (sent,) = linked(whole, "https://bro.example/").files
    assert sent.url == f"https://bro.example/handoffs/ho_1/attachments/{PHOTO.sha256}?name=lampa.jpg"
    assert prove(linked(whole, "https://bro.example")) == []


def test_what_the_vendor_has_is_not_named_again() -> None:
    first = make("ho_1", "malarvik", SUBJECT, told(), Vendor(party=VENDOR))
    rest = make("ho_1", "malarvik", SUBJECT, told(), Vendor(party=VENDOR), known=first.heads)
    assert rest.files == ()
    assert INCIDENT in rest.heads
