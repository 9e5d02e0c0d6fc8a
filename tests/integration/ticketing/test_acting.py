"""As whom somebody of several teams works with a case."""

import json

from sqlalchemy import text

from tests.support.ticketing_house import House

WHO, NEEDS = "vasteras-samordnare", "team:buf-behov"


async def test_who_takes_on_their_teams_case_speaks_as_that_team_and_calls_a_vendor_as_the_coordinator(
    house: House,
) -> None:
    """Taken on for another team, what was promised about it stayed open."""
    await house.furnish("vasteras")
    of = {"municipality": "vasteras"}
    ticket = (await house.file(WHO, "tickets:write", **of, title="Nätet", school="stenviksskolan"))["id"]
    incident = await house.incident(ticket, schools=["stenviksskolan"], holder=NEEDS, **of)
    staff = house.client(WHO, **of)
    for step, body in (
        ("acknowledge", {}),
        ("entries", {"text": "Vi tittar."}),
        ("hand-off", {"vendor": "vendor:malarenergi"}),
    ):
        answer = await staff.post(f"/incidents/{incident}/{step}", json=body)
        assert answer.status_code in (201, 202), answer.text
    async with house.engine.connect() as conn:
        query = "SELECT type, convert_from(value, 'UTF8') AS value FROM outbox WHERE type = ANY(:types) ORDER BY id"
        types = ["incident.acknowledge_requested.v1", "incident.note_written.v1", "incident.hand_off_requested.v1"]
        rows = await conn.execute(text(query), {"types": types})
        said = {row.type: json.loads(row.value)["by"] for row in rows}
    assert [said[each] for each in types] == [
        {"party": NEEDS, "person": WHO},
        {"party": NEEDS, "person": WHO},
        {"party": "team:samordnaren", "person": WHO},
    ]
