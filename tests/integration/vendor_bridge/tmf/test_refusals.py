"""What was refused by TM Forum's APIs is there for the vendor's engineer to see."""

from datetime import timedelta

from tests.integration.vendor_bridge.tmf.house import NAME, TICKETS, TmfHouse, token
from tests.support.grep_databases import places
from tests.support.handoff_life import Case

OWN = f"{TICKETS['v4']}/troubleTicket"


async def test_a_callers_refusals_are_logged_by_method_and_path_as_they_were_answered(house: TmfHouse) -> None:
    handoff = await house.hand_over(Case())
    unknown = await house.patch(handoff, nonsense=1)
    gone = await house.ask("GET", f"{OWN}/ho_none?fields=id")
    nowhere = await house.ask("GET", "/tmf-api/nowhere", check=False)
    twice = await house.ask(
        "PATCH",
        f"{OWN}/{handoff}",
        content=b'{"status": "acknowledged", "status": "closed"}',
        headers={"content-type": "application/merge-patch+json"},
        check=False,
    )
    assert twice.status_code == 400
    assert twice.json()["message"] == "/status stands there twice."
    lines = await house.bridge.vendors.refusals.page("malarvik", NAME)
    assert [(line.what, line.status, line.reason) for line in lines[::-1]] == [
        (f"PATCH {OWN}/{handoff}", 400, unknown.json()["message"]),
        (f"GET {OWN}/ho_none", 404, gone.json()["message"]),
        ("GET /tmf-api/nowhere", 404, nowhere.json()["message"]),
        (f"PATCH {OWN}/{handoff}", 400, "/status stands there twice."),
    ]
    assert all(line.proven and line.way == "tmf" for line in lines)
    assert [line.bytes > 0 for line in lines[::-1]] == [True, False, False, True]


async def test_n11_the_name_of_a_refused_file_is_answered_and_not_kept(house: TmfHouse) -> None:
    handoff = await house.hand_over(Case())
    for file in ({"content": "TVqQAAAA"}, {"url": "https://example.org/x"}):
        answer = await house.patch(handoff, attachment=[{"name": "Zebrafinksgatan.png", **file}])
        assert "“Zebrafinksgatan.png” is" in answer.json()["message"]
    lines = await house.bridge.vendors.refusals.page("malarvik", NAME)
    assert [line.reason.partition(".")[0] for line in lines] == [
        "attachment: A file is only a link",
        "attachment: A file is something else than its name says",
    ]
    assert await places(house.bridge.engine, "Zebrafinksgatan") == []


async def test_a_token_that_is_too_old_says_whose_it_was_and_a_forged_one_nothing(house: TmfHouse) -> None:
    for shown in (token(ttl=timedelta(seconds=-60)), "forged"):
        answer = await house.ask("GET", OWN, headers={"authorization": f"Bearer {shown}"})
        assert answer.status_code == 401
    (line,) = await house.bridge.vendors.refusals.page("malarvik", NAME)
    assert (line.status, line.proven) == (401, False)
    assert line.reason.endswith("The one that was shown is too old.")
