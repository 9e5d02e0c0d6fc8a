"""What the pages name exists: links, files, commands, settings, metrics, events, tables, words of the pages."""

import importlib.util
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple, get_args

import pytest
import yaml

from chassis.settings import Settings, env_name
from contracts.events.registry import TYPES
from contracts.webhooks import MessageKind, type_of
from tests.support import escalation_story, references

CHECKOUT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [CHECKOUT / "README.md", CHECKOUT / "CHANGELOG.md", *(CHECKOUT / "docs").rglob("*.md")],
    key=lambda page: page.as_posix(),
)
GUIDES = ("larare", "samordnare", "skolledning")
ROOMS = ("chassis", "contracts", "deploy", "docs", "grouping", "municipalities", "services", "tests")
SCREEN = 45  # lines of a decision
LARGEST_IMAGE = 200_000

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_EVENT = re.compile(r"(?<![\w.])[a-z_]+\.[a-z_]+\.v\d+\b")
_VENDOR_EVENT = re.compile(r"\bse\.eskalera\.[a-z_.]+\.v\d+")
_SETTING = re.compile(r"\b(?:TICKETING|ROUTING|NOTIFIER|VENDOR_BRIDGE|KAFKA|OTEL|SMTP|DATABASE|LOG)_[A-Z_]+\b")
_NAME = re.compile(r"^([a-z][a-z0-9]*(?:_[a-z0-9]+)+)(?:\{(\w+)=.*\})?$")


class Page(NamedTuple):
    path: Path
    text: str

    @property
    def prose(self) -> str:
        return _FENCE.sub("", self.text)

    @property
    def code(self) -> list[str]:
        """Everything in backticks, and every line of a block."""
        lines = [line.strip() for _, block in _FENCE.findall(self.text) for line in block.splitlines()]
        return [*_INLINE.findall(self.prose), *lines]


@cache
def page(path: Path) -> Page:
    return Page(path, path.read_text(encoding="utf-8"))


every_page = pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(CHECKOUT).as_posix())


def test_the_generated_pages_are_current() -> None:
    assert references.stale() == [], "run: python -m tests.support.references"


def links(path: Path) -> Iterator[tuple[str, Path, str]]:
    """(as written, file, anchor) of the links that stay in the checkout."""
    for link in _LINK.findall(page(path).prose):
        target, _, anchor = link.partition("#")
        if not target.startswith(("https:", "http:", "mailto:")):
            yield link, (path.parent / target).resolve() if target else path, anchor


def anchors(path: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", page(path).prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@every_page
def test_every_link_leads_somewhere(path: Path) -> None:
    broken = [
        link
        for link, target, anchor in links(path)
        if not target.exists() or (anchor and anchor not in anchors(target))
    ]
    assert broken == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [CHECKOUT / "README.md"]
    while waiting:
        here = waiting.pop()
        if here not in reached and here.suffix == ".md":
            reached.add(here)
            waiting += [target for _, target, _ in links(here)]
    assert set(PAGES) - reached == set()


@every_page
def test_every_file_that_is_named_exists(path: Path) -> None:
    named = [
        word
        for code in _INLINE.findall(page(path).prose)
        for word in re.findall(r"[\w./*-]+", code)
        if "/" in word and word.partition("/")[0] in ROOMS
    ]
    assert [name for name in named if not list(CHECKOUT.glob(name.rstrip("/")))] == []


@every_page
def test_every_module_that_is_called_exists(path: Path) -> None:
    called = [name for code in page(path).code for name in re.findall(r"python -m ([\w.]+)", code)]
    assert [name for name in called if importlib.util.find_spec(name) is None] == []


def called(path: Path) -> Iterator[str]:
    """Every `eskalera …` of a page."""
    for code in page(path).code:
        line = code.removeprefix(".venv/bin/")
        if line.startswith("eskalera "):
            yield line


@every_page
def test_every_command_exists_with_its_options(path: Path) -> None:
    known = references.commands()
    groups = {words.rsplit(" ", 1)[0] for words in known}
    wrong = []
    for line in called(path):
        words = next((" ".join(line.split()[:n]) for n in (3, 2) if " ".join(line.split()[:n]) in known), None)
        if words is None:
            wrong += [line] if " ".join(line.split()[:2]) not in groups - {"eskalera"} else []
            continue
        options = {name for parameter in known[words].params for name in (*parameter.opts, *parameter.secondary_opts)}
        wrong += [line for option in re.findall(r"(?<!\S)--?[a-z-]+", line) if option not in options | {"--help"}]
    assert wrong == []


@every_page
def test_every_make_target_exists(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (CHECKOUT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = [match[1] for code in page(path).code if (match := re.match(r"make ([a-z-]+)", code))]
    assert set(named) <= targets


def environment() -> set[str]:
    """Every name that a service reads."""
    names = {env_name(cls, field) for cls in references.SETTINGS.values() for field in cls.model_fields}
    return names | {f"{name}_FILE" for name in names}


@every_page
def test_every_setting_that_is_named_exists(path: Path) -> None:
    named = {name for code in page(path).code for name in _SETTING.findall(code) if not name.endswith("_")}
    assert named - environment() == set()


def test_every_setting_says_what_it_is() -> None:
    classes: list[type[Settings]] = [Settings, *references.SETTINGS.values()]
    for cls in classes:
        assert [name for name, field in cls.model_fields.items() if not field.description] == []


@cache
def spoken() -> set[str]:
    """Every word of the code."""
    rooms = (CHECKOUT / room for room in ("chassis", "contracts", "grouping", "services", "deploy"))
    files = [file for room in rooms for file in room.rglob("*.py")]
    return {word for file in files for word in re.findall(r"\w+", file.read_text(encoding="utf-8"))}


@every_page
def test_every_metric_that_is_named_exists_and_no_name_is_made_up(path: Path) -> None:
    labels = {row.name: row.labels for name in references.METRICS.values() for row in references.metrics_of(name)}
    unknown = []
    for code in _INLINE.findall(page(path).prose):
        found = _NAME.match(code)
        if found is None:
            continue
        name, label = found[1], found[2]
        is_known = name in labels or name in spoken() if label is None else label in labels.get(name, ())
        unknown += [] if is_known else [code]
    assert unknown == []


@every_page
def test_every_event_that_is_named_exists(path: Path) -> None:
    code = " ".join(page(path).code)
    vendors = {type_of(message) for message in get_args(MessageKind)}

    assert set(_VENDOR_EVENT.findall(code)) <= vendors
    assert set(_EVENT.findall(_VENDOR_EVENT.sub("", code))) <= {*TYPES, "message.dead_lettered.v1"}


def test_the_architecture_names_every_table_of_every_service() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*) \| (.*) \|$", page(CHECKOUT / "docs/architecture.md").text, re.MULTILINE)
    told = {database: set(re.findall(r"`(\w+)`", own + replica)) for database, own, replica in rows}
    declared: dict[str, set[str]] = {}
    for file in CHECKOUT.glob("services/*/*/store/*tables.py"):
        tables = re.findall(r'__tablename__ = "(\w+)"', file.read_text(encoding="utf-8"))
        declared.setdefault(file.parents[1].name, set()).update(tables)
    assert told == declared


def test_decisions_are_listed_once_and_fit_a_screen() -> None:
    folder = CHECKOUT / "docs/adr"
    files = sorted(file.name for file in folder.glob("0*.md"))
    listed = re.findall(r"\]\((0\d{3}-[\w-]+\.md)\)", page(folder / "README.md").text)

    assert listed == files
    assert [int(name[:4]) for name in files] == list(range(1, len(files) + 1))
    assert [name for name in files if len(page(folder / name).text.splitlines()) > SCREEN] == []


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_names_what_the_pages_really_say(name: str) -> None:
    texts = yaml.safe_load((CHECKOUT / "services/ticketing/ticketing/texts/sv.yaml").read_text(encoding="utf-8"))
    said = {re.sub(r"[.:]$", "", text) for text in texts.values()}
    bold = re.findall(r"\*\*([^*]+)\*\*", page(CHECKOUT / f"docs/howto/{name}.md").text)

    assert bold
    assert [words for words in bold if re.sub(r"[.:]$", "", words) not in said] == []


def test_pictures_are_small() -> None:
    pictures = list((CHECKOUT / "docs/images").iterdir())
    assert pictures
    assert [file.name for file in pictures if file.stat().st_size > LARGEST_IMAGE] == []


def test_the_life_of_one_incident_is_what_routing_states() -> None:
    assert escalation_story.PAGE.read_text("utf-8") == escalation_story.page(), (
        "run python -m tests.support.escalation_story"
    )
