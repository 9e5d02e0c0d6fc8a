"""What a vendor's engineer copies does what the bridge does: the verifier, the samples, the signature vectors."""

import copy
import json
import re
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import bundle as bundles
from contracts.bundle import Bundle, Chain
from contracts.disclosure import Vendor
from contracts.timeline import EntryKind
from contracts.values import TicketKind
from contracts.webhooks import Incoming, MessageKind, Outgoing, parse_incoming
from eskalera.commands import bundle as commands
from eskalera.errors import LocalError, UsageError
from tests.support import vendor_samples
from tests.support.histories import SUBJECT, VENDOR, histories
from vendor_bridge import signing

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "vendors"
VERIFIER = runpy.run_path(str(FOLDER / "verify.py"))
prove: Callable[..., list[Any]] = VERIFIER["prove"]
is_genuine: Callable[..., bool] = VERIFIER["is_genuine"]


def test_the_samples_are_current() -> None:
    assert vendor_samples.main(["--check"]) == 0, "run python -m tests.support.vendor_samples"


def test_there_is_a_sample_of_every_kind_both_ways() -> None:
    said = {arm.model_fields["type"].annotation.__args__[0] for arm in get_args(get_args(Incoming)[0])}
    there = {file.stem for file in (FOLDER / "samples").glob("*.json")}
    assert there >= {f"handoff.{kind}" for kind in get_args(MessageKind)}
    assert {f"incoming.{kind}" for kind in vendor_samples.incoming()} <= there
    assert set(vendor_samples.incoming()) <= said


def test_the_samples_are_messages() -> None:
    for file in (FOLDER / "samples").glob("*.json"):
        content = file.read_bytes()
        if file.stem.startswith("handoff."):
            message = Outgoing.model_validate_json(content)
            assert message.data.bundle is not None
        elif file.stem.startswith("incoming."):
            parse_incoming(content)


def test_the_reference_client_knows_every_kind() -> None:
    assert f"KNOWN = {{{', '.join(json.dumps(kind) for kind in get_args(MessageKind))}}}" in (
        FOLDER / "client.py"
    ).read_text(encoding="utf-8")


def test_the_standard_library_is_all_it_needs() -> None:
    for program in ("verify.py", "client.py"):
        text = (FOLDER / program).read_text(encoding="utf-8")
        named = re.findall(r"^(?:import|from) ([\w.]+)", text, re.MULTILINE)
        assert {name.partition(".")[0] for name in named} <= sys.stdlib_module_names | {"verify"}


@pytest.mark.parametrize("case", vendor_samples.signatures(), ids=lambda case: case["case"])
def test_the_verifier_and_the_bridge_judge_every_signature_alike(case: dict[str, Any], monkeypatch: Any) -> None:
    headers = {name: value for name, value in case.items() if name.startswith("webhook-")}
    assert is_genuine(case["secrets"], headers, case["body"].encode(), case["now"]) is case["genuine"]
    monkeypatch.setattr("standardwebhooks.webhooks.datetime", _clock(case["now"]))
    try:
        signing.verify(case["secrets"], headers, case["body"].encode())
    except signing.BadSignature:
        assert not case["genuine"]
    else:
        assert case["genuine"]


def _clock(now: int) -> Any:
    from datetime import datetime

    class At(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.fromtimestamp(now, tz)

    return At


def _spoilt(content: dict[str, Any], draw: Any) -> dict[str, Any]:
    """One value somewhere in it changed, one entry left out, or two swapped."""
    spoilt = copy.deepcopy(content)
    chain = draw.choice(spoilt["chains"])
    entries = chain["entries"]
    what = draw.choice(["drop", "swap", "change", "head", "digest", "after", "chain", "file"])
    if what == "drop":
        del entries[draw.randrange(len(entries))]
    elif what == "swap":
        entries.reverse()
    elif what == "change":
        entry = draw.choice(entries)
        name = draw.choice(["party", "kind", "caused_by", "prev", "hash"])
        entry[name] = "note" if name == "kind" else "0" * 64
    elif what == "head":
        spoilt["heads"][chain["case"]]["hash"] = "0" * 64
    elif what == "digest":
        spoilt["digest"] = "0" * 64
    elif what == "after":
        chain["after"] = {"seq": 1, "hash": "0" * 64}
    elif what == "file" and spoilt["files"]:
        draw.choice(spoilt["files"])["sha256"] = "0" * 64
    else:
        spoilt["chains"].remove(chain)
    return spoilt


@given(chain=histories(min_size=2), chance=st.randoms(use_true_random=False), whole=st.booleans())
def test_n4_the_verifier_finds_exactly_what_the_bridges_own_proof_finds(chain: Any, chance: Any, whole: bool) -> None:
    made = bundles.make("ho_1", "malarvik", SUBJECT, {chain[0].case: chain}, Vendor(party=VENDOR, contact="person"))
    content = made.model_dump(mode="json")
    content = content if whole else _spoilt(content, chance)
    ours = bundles.prove(Bundle.model_validate(content))
    theirs = prove(content)
    assert bool(theirs) is bool(ours)
    if whole:
        assert theirs == []
    assert {case for case, *_ in theirs} == {place.case for place in ours}


@given(chain=histories(min_size=2))
def test_n4_a_continuation_is_proven_from_where_the_copy_ends(chain: Any) -> None:
    reader, case = Vendor(party=VENDOR), chain[0].case
    first = bundles.make("ho_1", "malarvik", SUBJECT, {case: chain[:1]}, reader)
    rest = bundles.make("ho_1", "malarvik", SUBJECT, {case: chain}, reader, known=first.heads).model_dump(mode="json")
    known = {name: head.model_dump() for name, head in first.heads.items()}
    assert prove(rest, known) == []
    assert prove(rest) != []


@pytest.mark.parametrize("spoil", ["none", "another", "renamed", "moved", "added", "twice"])
def test_n4_files_that_are_named_are_those_that_the_entries_show(spoil: str) -> None:
    content = vendor_samples.outgoing()["offered"].model_dump(mode="json")["data"]["bundle"]
    (file,) = content["files"]
    assert prove(content) == []
    changed: dict[str, list[dict[str, Any]]] = {
        "none": [],
        "another": [file | {"sha256": "0" * 64}],
        "renamed": [file | {"name": "annan.jpg"}],
        "moved": [file | {"seq": 2}],
        "added": [file, file | {"case": "tk_9"}],
        "twice": [file, file],
    }
    content["files"] = changed[spoil]
    assert prove(content)
    assert {case for case, *_ in prove(content)} == {
        each.case for each in bundles.prove(Bundle.model_validate(content))
    }


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "verify.py", *arguments]
    return subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False)


def test_it_is_run_as_the_page_says(tmp_path: Path) -> None:
    first, second = "samples/handoff.offered.json", "samples/handoff.updated.json"
    assert run(first).returncode == 0
    assert run(second, "--after", first).returncode == 0
    lost = run(second)
    assert lost.returncode == 1
    assert "does not begin where your copy ends" in lost.stderr
    content = json.loads((FOLDER / first).read_text(encoding="utf-8"))
    content["data"]["bundle"]["chains"][0]["entries"][0]["party"] = "vendor:annan"
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(content), encoding="utf-8")
    assert "its hash is not that of its content" in run(str(changed)).stderr
    for nothing in ("{}", "[]", "nonsense", '{"data": 1}', '{"data": {"bundle": null}}', "[" * 100_000):
        changed.write_text(nothing, encoding="utf-8")
        refused = run(str(changed))
        assert (refused.returncode, "Traceback" in refused.stderr) == (2, False)
    assert run("no-such-file.json").returncode == 2


ODD: dict[str, tuple[str, Any, str]] = {
    "a number as text": ("chains/0/entries/0/seq", "1", "is no whole number"),
    "truth for a number": ("chains/0/entries/0/seq", True, "is no whole number"),
    "a whole fraction": ("chains/0/entries/0/seq", 1.0, "is no whole number"),
    "a head's number as text": ("heads/*/seq", "1", "is no whole number"),
    "a size with a fraction": ("files/0/size", 48213.0, "is no whole number"),
    "truth for a count": ("subject/tickets", True, "is no whole number"),
    "a number of nothing": ("chains/0/entries/0/seq", None, "is no whole number"),
    "no files but nothing": ("files", None, "is no list"),
    "no chains but nothing": ("chains", None, "is no list"),
    "entries by name": ("chains/0/entries", {}, "is no list"),
    "a list of heads": ("heads", [], "is no JSON object"),
    "digests of nothing": ("chains/0/entries/0/digests", None, "is no JSON object"),
    "nothing disclosed": ("chains/0/entries/0/disclosures", None, "is no JSON object"),
    "a hash that is a number": ("chains/0/entries/0/hash", 5, "is no text"),
    "a digest that is a number": ("digest", 5, "is no text"),
    "a digest of a field that is a number": ("chains/0/entries/0/digests/text", 5, "is no text"),
    "a salt that is a number": ("chains/0/entries/0/disclosures/text/salt", 5, "is no text"),
    "a party of nothing": ("chains/0/entries/0/party", None, "is no text"),
    "a time that is a number": ("chains/0/entries/0/at", 1790000000, "is no time such as 2026-10-05T07:33:35+02:00"),
    "a time that is none": ("chains/0/entries/0/at", "yesterday", "is no time such as 2026-10-05T07:33:35+02:00"),
    "partial in words": ("partial", "no", "is neither true nor false"),
    "a head that is a list": ("chains/0/after", [1, "x"], "is no JSON object"),
}
"""Place in a bundle, what stands there, and what both verifiers say of it."""


@pytest.mark.parametrize("name", ODD)
def test_n4_both_verifiers_refuse_what_is_of_another_type_in_the_same_words(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place, value, said = ODD[name]
    content = json.loads((FOLDER / "samples" / "handoff.offered.json").read_text(encoding="utf-8"))
    *way, last = place.split("/")
    at: Any = content["data"]["bundle"]
    for step in way:
        at = at[int(step)] if isinstance(at, list) else at[next(iter(at)) if step == "*" else step]
    assert last in at
    at[last] = value
    file = tmp_path / "odd.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    place = place.replace("*", next(iter(content["data"]["bundle"]["heads"]), ""))
    sentence = f"{file} holds no bundle: /{place} {said}"
    monkeypatch.setattr(sys, "argv", ["verify.py", str(file)])
    assert VERIFIER["main"]() == 2
    assert sentence in capsys.readouterr().err
    with pytest.raises(LocalError, match=re.escape(sentence)):
        commands.read(file)


def test_the_verifier_knows_every_kind() -> None:
    bundle = VERIFIER["BUNDLE"]
    (chain,) = bundle["chains"]
    assert VERIFIER["KINDS"] == set(get_args(EntryKind))
    assert bundle["subject"]["kind"] == set(get_args(TicketKind))
    assert chain["case_kind"] == set(get_args(Chain.model_fields["case_kind"].annotation))


OFFERED = (FOLDER / "samples/handoff.offered.json").read_text(encoding="utf-8")
NOTHING: dict[str, tuple[str | None, str]] = {
    "no file": (None, ""),
    "no JSON": ("nonsense", "is not JSON"),
    "no bundle": ("{}", "holds no bundle"),
    "a message without one": ('{"data": {"message": "test", "bundle": null}}', "holds no bundle"),
    "a kind that nobody knows": (OFFERED.replace('"kind": "assigned"', '"kind": "sung"', 1), "/kind is none of"),
    "a case of no kind": (OFFERED.replace('"case_kind": "incident"', '"case_kind": "x"', 1), "/case_kind is none of"),
    "a name twice": (OFFERED.replace('"seq": 1,', '"seq": 2, "seq": 1,', 1), "seq stands there twice"),
}


@pytest.mark.parametrize("name", NOTHING)
def test_both_verifiers_end_with_the_same_code_where_there_is_nothing_to_prove(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file, (content, said) = tmp_path / "message.json", NOTHING[name]
    if content is not None:
        assert content != OFFERED
        file.write_text(content, encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["verify.py", str(file)])
    assert VERIFIER["main"]() == 2
    assert said in capsys.readouterr().err
    with pytest.raises(UsageError) as refused:
        commands.read(file)
    assert refused.value.exit_code == 2
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("encoding", "is_read"), [("utf-8", True), ("utf-8-sig", True), ("utf-16", False), ("utf-16-le", False)]
)
def test_the_verifier_and_the_command_read_the_same_files(
    encoding: str, is_read: bool, tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    """A message is UTF-8; what an editor puts before it is no part of it."""
    file = tmp_path / "message.json"
    file.write_text((FOLDER / "samples/handoff.offered.json").read_text(encoding="utf-8"), encoding=encoding)
    monkeypatch.setattr(sys, "argv", ["verify.py", str(file)])
    assert VERIFIER["main"]() == (0 if is_read else 2)
    if is_read:
        assert commands.read(file).chains
    else:
        assert f"{file} is not JSON" in capsys.readouterr().err
        with pytest.raises(LocalError, match="is not JSON"):
            commands.read(file)


def test_the_reference_client_keeps_no_bundle_that_it_cannot_read(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(FOLDER))
    client = runpy.run_path(str(FOLDER / "client.py"))
    message = vendor_samples.outgoing()["offered"].model_dump(mode="json")
    message["data"]["bundle"]["files"] = None
    assert client["take"](message, "msg_1") == ["/files is no list"]
    assert client["stored"]()["heads"] == {}
    assert client["stored"]()["cases"][message["data"]["handoff"]][0]["data"]["bundle"] is None


def test_the_quick_start_does_what_it_says() -> None:
    text = (FOLDER / "quickstart.md").read_text(encoding="utf-8")
    [script] = re.findall(r"^```bash\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], cwd=FOLDER.parents[1], capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    assert "whole, 5 entries" in ran.stdout
    assert "found out" in ran.stdout


def test_n11_the_reference_client_deletes_what_is_erased_and_its_copy_still_proves(
    tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(FOLDER))
    take = runpy.run_path(str(FOLDER / "client.py"))["take"]
    messages = {kind: message.model_dump(mode="json") for kind, message in vendor_samples.outgoing().items()}
    forgotten = messages["redacted"]["data"]["forget"][0]
    for kind in ("offered", "updated", "answered", "redacted"):
        assert take(messages[kind], f"msg_{kind}") == []
    kept = json.loads((tmp_path / "vendor.json").read_text(encoding="utf-8"))["cases"]["ho_1"]
    entries = [entry for message in kept for chain in message["data"]["bundle"]["chains"] for entry in chain["entries"]]
    shown = {(entry["case"], entry["seq"]) for entry in entries if entry["disclosures"]}
    assert shown
    assert not shown & {(forgotten["case"], seq) for seq in forgotten["entries"]}
    assert prove(kept[0]["data"]["bundle"]) == []
    assert not {each["name"] for message in kept for each in message["data"]["bundle"]["files"]}
    assert "Ja, den blinkar rött." not in json.dumps(kept, ensure_ascii=False)


def test_the_reference_client_takes_what_repeats_some_of_its_copy_and_finds_another_story(
    tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(FOLDER))
    take = runpy.run_path(str(FOLDER / "client.py"))["take"]
    messages = {kind: message.model_dump(mode="json") for kind, message in vendor_samples.outgoing().items()}
    assert take(messages["offered"], "msg_1") == take(messages["updated"], "msg_2") == []
    assert take(messages["updated"], "msg_3") == [], "the part that the bridge thought was lost"
    assert take(messages["offered"], "msg_4") == [], "the whole, from the first"
    heads = json.loads((tmp_path / "vendor.json").read_text(encoding="utf-8"))["heads"]["ho_1"]
    assert heads == messages["updated"]["data"]["bundle"]["heads"], "an older message takes nothing away"
    other = messages["updated"]
    other["data"]["bundle"]["chains"][0]["entries"][0]["hash"] = "0" * 64
    assert take(other, "msg_5") != []
