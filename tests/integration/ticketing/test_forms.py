"""Every form of every page is taken as it is drawn: a field that its route does not know makes it useless for ever."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from fastapi import Request

from tests.support.page_samples import PAGES
from tests.support.ticketing_house import House
from ticketing import rendering
from ticketing.web import forms

FIELDS = {"input", "select", "textarea"}


class Forms(HTMLParser):
    """(address, {field: value}) of what a page would send by POST, a button's own address too."""

    def __init__(self, source: bytes) -> None:
        super().__init__()
        self._open: str | None = None
        self._count = 0
        self._fields: dict[str, dict[str, str]] = {}
        self._addresses: dict[str, list[str]] = {}
        self.feed(source.decode())

    def __iter__(self) -> Iterator[tuple[str, dict[str, str]]]:
        return ((address, self._fields.get(id_, {})) for id_, all_ in self._addresses.items() for address in all_)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._count += 1
            self._open = own.get("id", f"form {self._count}")
            if own.get("method") == "post":
                self._addresses[self._open] = [own["action"]]
        belongs = own.get("form", self._open)
        if belongs is None:
            return
        if tag in FIELDS and own.get("name") and own.get("type") != "file":
            self._fields.setdefault(belongs, {}).setdefault(own["name"], own.get("value") or "x")
        if tag == "button" and belongs in self._addresses:
            if own.get("name"):
                self._fields.setdefault(belongs, {})[own["name"]] = own.get("value", "")
            self._addresses[belongs] += [own["formaction"]] if "formaction" in own else []

    def handle_endtag(self, tag: str) -> None:
        self._open = None if tag == "form" else self._open


@pytest.fixture
def unknown(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What is found wrong with the fields of each form that is looked at."""
    found: list[list[str]] = []
    look = forms._unknown_fields

    async def looked(request: Request) -> list[str]:
        found.append(await look(request))
        return found[-1]

    monkeypatch.setattr(forms, "_unknown_fields", looked)
    return found


OTHERS = {"/sprak", "/logga-ut", "/stil", "/malarvik/logga-in"}
"""Whose routes look at no fields: every page's two, the style guide's, and a sample's for who is not signed in."""


@pytest.mark.parametrize("name", sorted(PAGES))
async def test_a_form_sends_no_field_that_its_route_does_not_know(
    name: str, house: House, unknown: list[list[str]]
) -> None:
    sent: dict[str, Any] = {}
    for address, fields in Forms(rendering.render(*PAGES[name]("sv"))):
        browser = await house.visitor("samordnare")
        unknown.clear()
        answer = await browser.post(address, fields | {"csrf": browser.csrf})
        sent[address] = unknown[-1] if unknown else answer.status_code
    assert {address: wrong for address, wrong in sent.items() if wrong and address not in OTHERS} == {}
