"""What the page of who does what leads to."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.support.directories import shipped
from ticketing.web.who import Choices, page_of

NOBODYS: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    "asked",
    [
        Choices("", "order", "wifi", "4"),
        Choices(None, "incident", "wifi"),
        Choices("atlantis", "incident", "wifi"),
        Choices("ekbacken", "incidents", "wifi"),
        Choices("ekbacken", "incident", "fax"),
        Choices("ekbacken", "incident", "wifi", "9"),
    ],
)
def test_the_table_of_urgencies_leads_to_no_page_that_is_wrong(asked: Choices) -> None:
    directory = shipped("malarvik")
    page = page_of(directory, asked, NOBODYS)
    for number, url in enumerate(page.urgency_urls, 1):
        led = page_of(directory, Choices(**dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))), NOBODYS)
        assert led.errors == (), url
        assert led.urgency.value == str(number)
        for field in ("school", "kind", "service"):
            assert getattr(led, field).value == getattr(page, field).value
