"""The markup of every page, without a browser."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from tests.support import page_samples as samples
from ticketing import rendering, sentences
from ticketing import views as v

EVERY = [(name, language) for name in samples.PAGES for language in v.LANGUAGES]
SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
VOID = {"meta", "link", "input", "br", "img", "use", "path", "rect", "hr"}


class Outline(HTMLParser):
    """Tags with their attributes, whether they close properly, and the visible text."""

    def __init__(self, source: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(source.decode())
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"an attribute twice on {tag}"
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, *names: str) -> Iterator[dict[str, str | None]]:
        return (attributes for tag, attributes in self.tags if tag in names)


def page(name: str, language: v.Language) -> Outline:
    return Outline(rendering.render(*samples.PAGES[name](language)))


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_page_is_well_formed_and_says_its_language(name: str, language: v.Language) -> None:
    outline = page(name, language)
    assert next(outline.all("html"))["lang"] == language
    assert sum(1 for _ in outline.all("h1")) == 1
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    labelled = {attributes["for"] for attributes in outline.all("label") if "for" in attributes}
    fields = [
        a for a in outline.all("input", "select", "textarea") if a.get("type") not in ("hidden", "radio", "checkbox")
    ]
    assert {field["id"] for field in fields} <= labelled
    for _, attributes in outline.tags:
        for reference in ("aria-describedby", "aria-labelledby"):
            assert set((attributes.get(reference) or "").split()) <= set(ids)


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_page_holds_no_script_or_style_of_its_own(name: str, language: v.Language) -> None:
    outline = page(name, language)
    assert "style" not in {tag for tag, _ in outline.tags}
    assert all((script.get("src") or "").startswith("/static/") for script in outline.all("script"))
    for tag, attributes in outline.tags:
        assert not {key for key in attributes if key == "style" or key.startswith("on")}, tag
        assert not (attributes.get("href") or "").startswith(("javascript:", "http"))


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_every_form_that_changes_something_carries_the_token_and_a_button(name: str, language: v.Language) -> None:
    source = rendering.render(*samples.PAGES[name](language)).decode()
    forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", source, flags=re.DOTALL)
    for form in forms:
        assert 'name="csrf" value="csrf-token"' in form
        assert "<button" in form


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_page_never_speaks_in_the_codes_words(name: str, language: v.Language) -> None:
    text = " ".join(page(name, language).text)
    assert re.findall(r"\b(?:incident|hand-?off|tier)s?\b", text, flags=re.IGNORECASE) == []


def test_a_page_escapes_what_people_and_vendors_wrote() -> None:
    frame = samples.frame("sv", "/arenden/x1")
    entry = replace(samples.case().timeline.items[0], text=SCRIPT, author=SCRIPT, files=(v.FileLink(SCRIPT, "/f", 1),))
    case = replace(
        samples.case(),
        title=SCRIPT,
        text=SCRIPT,
        room=SCRIPT,
        holder=v.HolderLine({"sv": SCRIPT}, preliminary=True),
        answer=v.Field(SCRIPT),
        questions=(v.OpenQuestion("q", SCRIPT, samples.NOW, SCRIPT),),
        timeline=v.Timeline((entry,)),
        next_step=sentences.escalates(samples.NOW, SCRIPT),
    )
    source = rendering.render("case", case, replace(frame, who=replace(samples.TEACHER, name=SCRIPT), query=SCRIPT))
    assert b"<script>alert" not in source
    assert b"<img" not in source
    assert source.count(b"&lt;script&gt;alert") >= 9


def test_a_failed_form_keeps_what_was_written_and_names_each_error_once_by_its_field() -> None:
    kept = replace(
        samples.failed_form(), text=v.Field("Skärmen är svart\n"), room=v.Field("B204"), need=v.Field("lesson_now")
    )
    outline = Outline(rendering.render("form", kept, samples.frame("sv", "/arenden/ny")))
    values = {field.get("name"): field.get("value") for field in outline.all("input") if field.get("type") != "radio"}
    assert values["room"] == "B204"
    assert values["idempotency_key"] == "key-1"
    assert "Skärmen är svart" in " ".join(outline.text)
    assert [a["value"] for a in outline.all("input") if a.get("name") == "need" and "checked" in a] == ["lesson_now"]
    targets = {link["href"] for link in outline.all("a") if (link.get("href") or "").startswith("#")}
    assert {"#school", "#asset"} <= targets
    assert "#text" not in targets


@pytest.mark.parametrize("health", v.WayHealth)
def test_each_way_to_a_vendor_has_its_place_in_the_list(health: v.WayHealth) -> None:
    well = v.VendorWay("a", "A", "webhook", v.WayHealth.WELL)
    assert v.VendorWay("b", "B", "webhook", health).place <= well.place


def test_of_a_vendor_on_the_side_name_and_state_stand_together_and_the_side_after_them() -> None:
    page = rendering.render(*samples.PAGES["incident_hand_offs"]("sv")).decode()
    heads = re.findall(r'<p class="hand-off-head">(.*?)</p>', page)
    assert len(heads) == 3
    assert heads[1].index("Nätleverantören") < heads[1].index("Kom inte fram") < heads[1].index("vid sidan av")
    assert "vid sidan av" not in heads[0]


@pytest.mark.parametrize("name", ["case", "incident"])
def test_the_live_part_is_the_same_markup_as_in_its_page(name: str) -> None:
    template, model, frame = samples.PAGES[name]("sv")
    whole = re.sub(r"\s+", " ", rendering.render(template, model, frame).decode())
    part = re.sub(r"\s+", " ", rendering.fragment(f"{template}_live", model, frame).decode())
    head, *parts = re.split(r"<template [^>]*>", part)
    news = re.findall(r'data-(?:news|forms)="\w+"', part)
    assert all(mark in whole for mark in news)
    assert head.strip() in whole
    for shown in parts:
        assert shown.partition("</template>")[0].strip() in whole


def test_a_reporter_sees_no_audience_marks_and_staff_see_one_on_every_entry() -> None:
    teacher = rendering.render(*samples.PAGES["case"]("sv")).decode()
    staff = rendering.render(*samples.PAGES["incident"]("sv")).decode()
    assert "mark-reader" not in teacher
    assert staff.count("mark-reader") == len(samples.incident().timeline.items)


def test_navigation_follows_the_person() -> None:
    def links(who: v.Who | None) -> list[str]:
        return [link.url for link in samples.frame("sv", "/ko", who).links]

    assert links(None) == []
    assert "/ko" not in links(samples.TEACHER)
    assert links(samples.TECHNICIAN)[0] == "/ko"


def test_what_all_of_went_on_elsewhere_counts_no_reports_of_its_own() -> None:
    full = samples.incident()
    heads = [
        Outline(rendering.render("incident", one, samples.frame("sv", "/storningar/i1", samples.TECHNICIAN)))
        for one in (full, replace(full, tickets=0))
    ]
    counted, moved = ("".join(head.text) for head in heads)
    assert f"{full.tickets} anmälningar" in counted
    assert "0 anmälningar" not in moved


def test_each_partys_promises_stand_together_under_its_name_whoever_has_the_case_first() -> None:
    page = samples.incident()
    theirs = [replace(chip, whose="Nätleverantören") for chip in page.clocks]
    mixed = replace(page, clocks=(theirs[0], page.clocks[0], theirs[1], page.clocks[1]))
    shown = rendering.render("incident", mixed, samples.frame("sv", "/storningar/i1", samples.TECHNICIAN)).decode()
    heads = ["Skärmleverantören", "Skärmleverantören", "Nätleverantören"]
    assert re.findall(r'<h2 class="clocks-whose">(.*?)</h2>', shown) == heads, "what is owed now, and folded the others"
    assert mixed.clock_groups == ((page.holder.name, page.clocks[:2]), ("Nätleverantören", tuple(theirs[:2])))
    assert [name for name, _ in page.clock_groups] == [""], "one party needs no name"


def test_of_several_parties_clocks_those_stand_at_once_that_are_owed_by_who_has_the_case_or_late() -> None:
    page = samples.incident()
    assert (page.clocks_at_once, page.clocks_folded) == (page.clock_groups, ()), "of one party all"
    owed = [chip for chip in page.clocks if not chip.kept]
    assert 0 < len(owed) < len(page.clocks)
    late = replace(owed[0], left=-samples.HOUR, whose="Nätleverantören")
    others = [replace(chip, whose="Larm AB") for chip in page.clocks]
    mixed = replace(page, clocks=(*page.clocks, late, *others))
    assert [chip for _, chips in mixed.clocks_at_once for chip in chips] == [*owed, late]
    every = [chip for groups in (mixed.clocks_at_once, mixed.clocks_folded) for _, chips in groups for chip in chips]
    assert len(every) == len(mixed.clocks)
    shown = rendering.render("incident", mixed, samples.frame("sv", "/storningar/i1", samples.TECHNICIAN)).decode()
    assert f"{len(every) - len(owed) - 1} tider till" in shown


@pytest.mark.parametrize(
    ("language", "words"), [("sv", "Är det inte löst går det tillbaka till:"), ("en", "goes back")]
)
def test_of_what_is_solved_nobody_is_said_to_have_it_now(language: v.Language, words: str) -> None:
    page = rendering.render(*samples.PAGES["case_solved"](language)).decode()
    assert words in page
    assert ("Nu hos:" in page, "Now with:" in page) == (False, False)
