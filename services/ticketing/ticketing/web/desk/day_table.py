"""What runs over its time today, as a table that a spreadsheet reads."""

import csv
import io
from collections.abc import Iterable

from ticketing import rendering, texts
from ticketing.views import DayRow, say
from ticketing.web.pages import Visit

_HEADS = (
    say("day.when"),
    say("day.promise"),
    say("day.number"),
    say("queue.case"),
    say("queue.place"),
    say("day.whose"),
    say("day.next"),
)


def written(here: Visit, rows: Iterable[DayRow]) -> bytes:
    """With a byte order mark, which spreadsheets need to read å, ä and ö."""
    language, now, zone = here.language, here.frame.now, here.frame.zone
    table = io.StringIO()
    out = csv.writer(table, delimiter=";", lineterminator="\r\n")
    out.writerow([rendering.say(head, language, now) for head in _HEADS])
    goes_on = texts.text(language, "day.goes_on")
    for row in rows:
        promise = texts.member(language, "promise", row.clock.promise.value) if row.clock else goes_on
        # A spreadsheet takes this for a time, and none with an offset.
        cells = (f"{row.at.astimezone(zone):%Y-%m-%d %H:%M}", promise, row.number, row.title)
        said = (rendering.say(words, language, now, zone) for words in (row.place, row.holder, row.next_step or ""))
        out.writerow([_plain(str(cell)) for cell in (*cells, *said)])
    return table.getvalue().encode("utf-8-sig")


def _plain(cell: str) -> str:
    """What a spreadsheet would take for a formula is text."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
