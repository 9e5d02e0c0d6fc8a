"""What of people's files is taken, and what becomes of it."""

import io
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from chassis import uploads
from chassis.objects import DiskStore
from chassis.uploads import documents, names
from chassis.uploads.kinds import BY_ENDING

MOST = 1_000_000
GPS = 0x8825


def picture(form: str = "PNG", size: tuple[int, int] = (8, 6), **how: Any) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size, "red").save(content, form, **how)
    return content.getvalue()


def with_place() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Kameratillverkaren"
    exif[0x0112] = 6  # turned a quarter
    exif.get_ifd(GPS)[1] = "N"
    return picture("JPEG", exif=exif, comment=b"Anna Ek")


def office(part: str = "word/document.xml", /, **more: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(part, "<w/>")
        for name, body in more.items():
            archive.writestr(name, body)
    return content.getvalue()


def opened(media_type: str = "application/vnd.oasis.opendocument.text", /, **more: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mimetype", media_type)
        archive.writestr("content.xml", "<office/>")
        for name, body in more.items():
            archive.writestr(name, body)
    return content.getvalue()


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def png_of(width: int, height: int) -> bytes:
    """A head that promises so many pixels, and next to nothing behind it."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


async def checked(content: bytes, name: str, called: str | None = None, most: int = MOST) -> uploads.Checked:
    return await uploads.check(io.BytesIO(content), name=name, called=called, most=most)


async def reason(content: bytes, name: str, called: str | None = None, most: int = MOST) -> str:
    with pytest.raises(uploads.Refused) as refused:
        await checked(content, name, called, most)
    assert set(refused.value.words) == set(refused.value.unnamed) == {"sv", "en"}
    assert not [words for words in refused.value.unnamed.values() if "”" in words], "no name, for what is kept"
    return refused.value.reason


@pytest.mark.parametrize(
    ("content", "name", "called", "media_type"),
    [
        (picture("JPEG"), "bild.JPG", "image/jpeg", "image/jpeg"),
        (picture("PNG"), "bild.png", "image/png", "image/png"),
        (picture("WEBP"), "bild.webp", None, "image/webp"),
        (picture("GIF"), "bild.gif", "image/gif", "image/gif"),
        (PDF, "manual.pdf", "application/pdf", "application/pdf"),
        (b"rad 1\r\n\x1b[31mfel\x1b[0m\n", "switch.log", "application/octet-stream", "text/plain"),
        ("fel på å".encode("latin-1"), "fel.txt", "text/plain", "text/plain"),
        ("fel på å".encode("utf-16"), "fel.txt", "text/plain", "text/plain"),
        (b"a;b\n1;2\n", "lista.csv", "application/vnd.ms-excel", "text/csv"),
        (office(), "brev.docx", None, BY_ENDING["docx"].media_type),
        (office("xl/workbook.xml"), "lista.xlsx", "application/zip", BY_ENDING["xlsx"].media_type),
        (opened(), "brev.odt", None, BY_ENDING["odt"].media_type),
    ],
)
async def test_a_file_that_is_what_it_says_is_taken(
    content: bytes, name: str, called: str | None, media_type: str, tmp_path: Path
) -> None:
    store = DiskStore(tmp_path)
    kept = await uploads.keep(store, io.BytesIO(content), name=name, called=called, most=MOST)
    there = b"".join([chunk async for chunk in store.open(kept.sha256)])
    assert (kept.media_type, kept.name, kept.size) == (media_type, name, len(there))
    assert media_type.startswith("image/") or there == content


@pytest.mark.parametrize(
    ("content", "name", "called"),
    [
        (b"MZ\x90\0" + bytes(200), "bild.jpg", "image/jpeg"),
        (b"MZ\x90\0" + bytes(200), "logg.txt", "text/plain"),
        (b"\x7fELF" + bytes(200), "bild.png", None),
        (picture("PNG"), "bild.jpg", "image/jpeg"),
        (picture("PNG"), "bild.png", "text/html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "bild.png", "image/png"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "bild.txt", "text/plain"),
        (b"\xef\xbb\xbf \n<!DOCTYPE html><script>alert(1)</script>", "sida.log", "text/plain"),
        (b"<?php system($_GET['c']);", "a.csv", None),
        (PDF, "brev.docx", None),
        (b"MZ" + PDF, "brev.pdf", None),
        (office("xl/workbook.xml"), "brev.docx", None),
        (b"GIF89a" + office(), "brev.docx", None),
        (opened("application/x-other"), "brev.odt", None),
    ],
)
async def test_a_file_that_lies_about_what_it_is_is_refused(content: bytes, name: str, called: str | None) -> None:
    assert await reason(content, name, called) in ("disguised", "unreadable")


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("bild.svg", "image/svg+xml"),
        ("sida.html", "text/html"),
        ("bild.jpg.exe", None),
        ("arkiv.zip", "application/zip"),
        ("makro.docm", None),
        ("utan", "text/html"),
        ("", None),
        (".htaccess", None),
    ],
)
async def test_other_kinds_are_not_taken(name: str, called: str | None) -> None:
    assert await reason(b"<svg/>", name, called) == "not_taken"


async def test_without_an_ending_the_type_or_the_bytes_say_what_it_is() -> None:
    assert (await checked(picture("PNG"), "Skärmbild")).kept.name == "Skärmbild.png"
    assert (await checked(b"rad\n", "logg", "text/plain")).kept.name == "logg.txt"


async def test_a_picture_is_written_anew_without_place_camera_and_comment_and_the_right_way_up() -> None:
    sent = with_place()
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(GPS)
    kept = (await checked(sent, "bild.jpg")).content.read()
    image = Image.open(io.BytesIO(kept))
    assert not image.getexif()
    assert image.size == (6, 8)
    assert b"Anna Ek" not in kept
    assert b"Kameratillverkaren" not in kept


async def test_what_is_glued_to_a_picture_does_not_come_along() -> None:
    for form, name in (("JPEG", "a.jpg"), ("PNG", "a.png"), ("GIF", "a.gif"), ("WEBP", "a.webp")):
        glued = picture(form) + b"<script>alert(1)</script>" + office()
        kept = (await checked(glued, name)).content.read()
        assert b"script" not in kept
        assert b"PK\x03\x04" not in kept


async def test_a_moving_picture_keeps_its_frames() -> None:
    frames = [Image.new("RGB", (5, 5), color) for color in ("red", "green", "blue")]
    for form in ("GIF", "WEBP"):
        sent = io.BytesIO()
        frames[0].save(sent, form, save_all=True, append_images=frames[1:], duration=80)
        kept = Image.open((await checked(sent.getvalue(), f"film.{form.lower()}")).content)
        assert getattr(kept, "n_frames", 1) == 3


async def test_a_phones_whole_sensor_is_made_smaller() -> None:
    kept = Image.open((await checked(picture("JPEG", (8000, 6000)), "stor.jpg")).content)
    assert kept.size == (4096, 3072)


async def test_bombs_are_refused_before_they_are_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MOST_UNPACKED", 1_000_000)
    assert await reason(png_of(30_000, 30_000), "bomb.png") == "too_many_pixels"
    assert await reason(png_of(7_000, 7_000), "bomb.png") == "too_many_pixels"
    assert await reason(office(bomb=bytes(2_000_000)), "bomb.docx") == "unpacks_too_large"


async def test_an_archive_that_lies_about_its_sizes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MOST_UNPACKED", 1_000_000)
    bomb, said = office(bomb=bytes(2_000_000)), struct.pack("<I", 2_000_000)
    assert said in bomb
    lying = bomb.replace(said, struct.pack("<I", 1000))
    assert await reason(lying, "bomb.docx") in ("unpacks_too_large", "unreadable")


async def test_macros_and_embedded_programs_are_refused() -> None:
    assert await reason(office(**{"word/vbaProject.bin": b"x"}), "brev.docx") == "has_program"
    assert await reason(office(**{"word/embeddings/a.exe": b"x"}), "brev.docx") == "has_program"


RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def related(kind: str, target: str = "http://evil.example/x", *, mode: str = "External", then: str = "") -> bytes:
    """`then`: the kind of a harmless one that follows."""
    inside = f'<Relationship Id="rId1" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="{mode}"/>'
    inside += f'<Relationship Id="rId2" Type="{OFFICE}/{then}" Target="styles.xml"/>' if then else ""
    return f'<?xml version="1.0"?><Relationships xmlns="{RELATIONS}">{inside}</Relationships>'.encode()


@pytest.mark.parametrize(
    ("part", "body", "why"),
    [
        ("word/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0", "has_program"),
        ("word/oleObject1.bin", b"\xd0\xcf\x11\xe0", "has_program"),
        ("word/activeX/activeX1.xml", b"<ocx/>", "has_program"),
        ("word/embeddings/Makron.docm", office(), "has_program"),
        ("word/embeddings/brev.docx", office(), "has_program"),
        ("Word/ActiveX/activeX1.bin", b"x", "has_program"),
        ("word/embeddings/a.xlsx", office("xl/w.xml", **{"xl/embeddings/oleObject1.bin": b"x"}), "has_program"),
        ("word/embeddings/a.xlsx", office("xl/w.xml", **{"xl/embeddings/b.xlsx": office("xl/w.xml")}), "has_program"),
        ("word/embeddings/a.xlsx", b"MZ", "disguised"),
        ("word/_rels/document.xml.rels", related("oleObject", "annat.dat", mode="Internal"), "has_program"),
        ("word/_rels/document.xml.rels", related("aFChunk", "sida.html", mode="Internal"), "has_program"),
        ("word/_rels/document.xml.rels", related("vbaProject", "annat.dat", mode="Internal"), "has_program"),
        ("word/_rels/document.xml.rels", related("oleObject"), "has_program"),
        ("word/_rels/settings.xml.rels", related("attachedTemplate"), "reaches_out"),
        ("word/_rels/settings.xml.rels", related("attachedTemplate").decode().encode("utf-16"), "reaches_out"),
        ("word/_rels/settings.xml.rels", related("attachedTemplate", "file:///\\\\server\\a.dotm"), "reaches_out"),
        ("word/_rels/settings.xml.rels", related("attachedTemplate", "file:///%5C%5Cserver%5Ca.dotm"), "reaches_out"),
        ("word/_rels/settings.xml.rels", related("attachedTemplate", "file://server/a.dotm"), "reaches_out"),
        ("word/_rels/document.xml.rels", related("frame", "file:///C:\\a.html"), "reaches_out"),
        ("word/_RELS/x.xml.RELS", related("frame", mode="external"), "reaches_out"),
        ("word/_rels/document.xml.rels", related("image", "\\\\server\\bild.png"), "reaches_out"),
        ("word/_rels/document.xml.rels", related("aFChunk", "a.html", mode="Internal", then="styles"), "has_program"),
        ("word/_rels/document.xml.rels", related("image", then="styles"), "reaches_out"),
        ("word/_rels/document.xml.rels", b"<Relationships", "unreadable"),
        ("word/_rels/document.xml.rels", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "unreadable"),
    ],
)
async def test_what_another_program_opens_or_opening_fetches_is_refused(part: str, body: bytes, why: str) -> None:
    assert await reason(office(**{part: body}), "brev.docx") == why


async def test_a_charts_numbers_are_looked_into_only_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = office("xl/workbook.xml")
    monkeypatch.setattr(documents, "MOST_OF_WORKBOOK", len(numbers) - 1)
    assert await reason(office(**{"word/embeddings/a.xlsx": numbers}), "brev.docx") == "unpacks_too_large"


async def test_n11_a_refusal_that_is_logged_has_no_name_in_it() -> None:
    with pytest.raises(uploads.Refused) as refused:
        await checked(b"", "Asta Zebrafink.txt")
    assert "Zebrafink" in refused.value.words["sv"]
    assert "Zebrafink" not in f"{refused.value!r} {refused.value} {refused.value.unnamed}"


async def test_links_styles_and_a_charts_numbers_stay() -> None:
    link = {"word/_rels/document.xml.rels": related("hyperlink")}
    style = {"word/_rels/document.xml.rels": related("styles", "styles.xml", mode="Internal")}
    chart = {"word/embeddings/Microsoft_Excel_Sheet1.xlsx": office("xl/workbook.xml")}
    printer = {"word/printerSettings/printerSettings1.bin": b"x"}
    template = {"word/_rels/settings.xml.rels": related("attachedTemplate", "file:///C:\\Mallar\\Brev.dotx")}
    for more in (link, style, chart, printer, template):
        assert (await checked(office(**more), "brev.docx")).kept.media_type == BY_ENDING["docx"].media_type


@pytest.mark.parametrize("part", ["Basic/a.xml", "Object 1/Scripts/python/a.py", "Object 1", "Object 1/Object 2"])
async def test_programs_and_foreign_objects_of_open_documents_are_refused(part: str) -> None:
    assert await reason(opened(**{part: b"x"}), "brev.odt") == "has_program"


async def test_an_open_documents_own_objects_stay() -> None:
    own = {"Object 1/content.xml": b"<office/>", "ObjectReplacements/Object 1": b"x", "Pictures/bild.png": b"x"}
    assert (await checked(opened(**own), "brev.odt")).kept.name == "brev.odt"


async def test_empty_broken_and_large_files_are_refused() -> None:
    assert await reason(b"", "a.txt") == "empty"
    assert await reason(b"x" * 11, "a.txt", most=10) == "too_large"
    assert await reason(picture("JPEG")[:100], "a.jpg") == "unreadable"
    assert await reason(b"%PDF-1.7 cut", "a.pdf") == "unreadable"
    assert await reason(office()[:-30], "a.docx") == "unreadable"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\anna\\bild.png", "bild.png"),
        ("faktura\u202egpj.exe", "fakturagpj.exe"),
        ("a\r\nSet-Cookie: x=1\r\n.png", "aSet-Cookie_ x=1.png"),
        ("<img src=x onerror=alert(1)>.png", "_img src=x onerror=alert(1)_.png"),
        ("\u0000.png", "png"),
        ("..", "fil"),
        ("a\u0308.txt", "ä.txt"),
        ("två  ord\t.txt", "två ord.txt"),
        ("x" * 300 + ".JPEG", "x" * 95 + ".JPEG"),
        ("$(rm -rf).log", "_(rm -rf).log"),
    ],
)
def test_a_name_is_one_line_without_path_or_disguise(sent: str, shown: str) -> None:
    assert names.clean(sent) == shown
    assert len(shown) <= names.LONGEST


def test_a_name_in_a_header_is_one_value() -> None:
    assert names.disposition('Anna "Ek" å.png') == (
        "attachment; filename=\"Anna _Ek_ a.png\"; filename*=UTF-8''Anna%20%22Ek%22%20%C3%A5.png"
    )
    assert "\n" not in names.disposition("a\r\nb.png")
