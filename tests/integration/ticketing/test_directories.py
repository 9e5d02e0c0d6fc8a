"""Putting a directory in force while cases are open and others apply theirs."""

import asyncio

import pytest
import yaml
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.events import vendor_bridge as v
from tests.support.ticketing_house import EKBACKEN, NETWORK, House, yaml_of


def without_ekbackens_team() -> str:
    content = yaml.safe_load(yaml_of("malarvik")["directory"])
    content["teams"] = [team for team in content["teams"] if team["id"] != "it-ekbacken"]
    return yaml.safe_dump(content, allow_unicode=True)


@pytest.fixture
async def house(engine: AsyncEngine) -> House:
    return await House(engine).furnish("malarvik")


async def version(house: House) -> str:
    return str((await house.client("administrator").get("/directories/malarvik")).json()["version"])


async def test_r19_a_directory_without_a_party_that_holds_cases_is_refused_and_says_what_to_do(house: House) -> None:
    filed = await house.file("larare", title="Nätet", school="ekbacken")
    await house.incident(filed["id"], schools=["ekbacken"])
    before = await version(house)
    # Its people are told with the same request, and keep a team that is gone: only the directory is sent.
    answer = await house.client("administrator").put(
        "/directories/malarvik", json={"directory": without_ekbackens_team()}
    )
    assert answer.status_code == 409
    assert answer.json()["errors"] == [
        {
            "pointer": "/directory",
            "detail": f"{EKBACKEN} holds 1 open case ({filed['number']}): "
            "move them to somebody else first, or leave it in the file",
        }
    ]
    assert await version(house) == before
    looked = await house.client("administrator").put(
        "/directories/malarvik", json={"directory": without_ekbackens_team(), "dry_run": True}
    )
    assert (looked.status_code, looked.json()) == (409, answer.json()), "said before it is put in force"


async def test_a_directory_without_a_party_that_holds_nothing_is_taken(house: House) -> None:
    before = await version(house)
    looked = await house.client("administrator").put(
        "/directories/malarvik", json={"directory": without_ekbackens_team(), "dry_run": True}
    )
    assert (looked.status_code, looked.json()["changed"]) == (200, False)
    assert await version(house) == before, "only looked at"
    answer = await house.client("administrator").put(
        "/directories/malarvik", json={"directory": without_ekbackens_team()}
    )
    assert answer.status_code == 200, answer.text


async def test_whoever_only_looks_is_told_who_is_new_who_leaves_and_what_is_another(house: House) -> None:
    body, before = yaml_of("malarvik"), await house.stored()
    administrator = house.client("administrator")

    async def looked(people: list[dict[str, object]]) -> list[str]:
        file = yaml.safe_dump({"municipality": "malarvik", "people": people}, allow_unicode=True)
        answer = await administrator.put("/directories/malarvik", json=body | {"people": file, "dry_run": True})
        assert answer.status_code == 200, answer.text
        return [f"{change['kind']} {change['what']}" for change in answer.json()["people"]]

    same = yaml.safe_load(body["people"])["people"]
    assert await looked(same) == []
    others = [person | ({"language": "en"} if person["id"] == "larare" else {}) for person in same]
    others = [person for person in others if person["id"] != "rektor"]
    new: dict[str, object] = {"id": "nyast", "name": "Nina Ny", "role": "teacher", "schools": ["ekbacken"]}
    told = await looked([*others, new])
    assert sorted(told) == ["added person 'nyast'", "changed person 'larare', language", "removed person 'rektor'"]
    without = await administrator.put("/directories/malarvik", json={"directory": body["directory"], "dry_run": True})
    assert without.json()["people"] == [], "who is there stays"
    assert await house.stored() == before


def another_way_to_the_network(**ways: str) -> str:
    content = yaml.safe_load(yaml_of("malarvik")["directory"])
    (network,) = [vendor for vendor in content["vendors"] if vendor["id"] == "network"]
    network["connection"] = ways
    return yaml.safe_dump(content, allow_unicode=True)


async def test_r19_a_connection_is_not_renamed_under_an_open_case_but_may_lead_elsewhere(house: House) -> None:
    filed = await house.file("larare", title="Nätet", school="ekbacken")
    incident = await house.incident(filed["id"], schools=["ekbacken"])
    handoff = await house.hand_off(incident)
    client, before = house.client("administrator"), await version(house)
    renamed = another_way_to_the_network(name="network-portal", profile="portal")
    refused = await client.put("/directories/malarvik", json={"directory": renamed})
    assert refused.status_code == 409
    (fault,) = refused.json()["errors"]
    assert fault["detail"] == (
        f"vendor:network has 1 open case ({filed['number']}) by its connection 'demo-vendor': keep that name "
        "(profile and address may change under it), or take the cases back first"
    )
    assert await version(house) == before
    same_name = another_way_to_the_network(name="demo-vendor", profile="portal")
    taken = await client.put("/directories/malarvik", json={"directory": same_name})
    assert taken.status_code == 200, taken.text
    await house.told(
        house.event(
            v.HandoffTakenBack, handoff=handoff, incident=incident, vendor=NETWORK, reason={"sv": "Vi tar det."}
        )
    )
    assert (await client.put("/directories/malarvik", json={"directory": renamed})).status_code == 200


async def test_a_case_that_goes_by_a_connection_long_gone_does_not_hold_up_another_change(house: House) -> None:
    filed = await house.file("larare", title="Skrivaren", school="ekbacken")
    incident = await house.incident(filed["id"], schools=["ekbacken"])
    await house.hand_off(incident, "vendor:print")  # by "demo-vendor", which is not this vendor's
    changed = yaml_of("malarvik")["directory"].replace("Mälarviks kommun", "Mälarviks stad")
    answer = await house.client("administrator").put("/directories/malarvik", json={"directory": changed})
    assert answer.status_code == 200, answer.text


async def test_two_directories_applied_at_once_come_one_after_the_other_and_one_holds(house: House) -> None:
    texts = [
        yaml_of("malarvik")["directory"].replace("Mälarviks kommun", name) for name in ("Mälarviks stad", "Mälarvik")
    ]
    puts = [house.client("administrator").put("/directories/malarvik", json={"directory": each}) for each in texts]
    answers = await asyncio.gather(*puts)
    assert [answer.status_code for answer in answers] == [200, 200]
    async with house.engine.connect() as conn:
        value = "convert_from(value, 'utf8')::json ->> 'version'"
        query = f"SELECT {value} FROM outbox WHERE type = 'directory.changed.v1' ORDER BY id"
        rows = await conn.execute(text(query))
        told = [row[0] for row in rows]
    assert await version(house) == told[-1], "what every replica hears last is what holds here"
    assert set(told[1:]) == {answer.json()["version"] for answer in answers}


async def test_an_import_that_meets_somebody_new_puts_no_directory_in_force(house: House, engine: AsyncEngine) -> None:
    other = House(engine)  # another process: this one's copy of the directory is the former one
    await other.directories.refresh()
    changed = yaml_of("malarvik")["directory"].replace("Mälarviks kommun", "Mälarviks stad")
    applied = await other.client("administrator").put("/directories/malarvik", json={"directory": changed})
    assert applied.status_code == 200, applied.text
    body = {"title": "Nätet", "school": "ekbacken", "source": "gamla", "external_id": "1", "reporter": "obekant"}
    importer = house.client("administrator", "tickets:import", "tickets:file-for-others")
    answer = await importer.post("/tickets", json={"kind": "incident", **body}, headers={"Idempotency-Key": "1"})
    assert answer.status_code == 201, answer.text
    async with engine.connect() as conn:
        versions = await conn.scalars(text("SELECT version FROM directory WHERE municipality = 'malarvik'"))
        people = await conn.scalar(text("SELECT count(*) FROM person WHERE person = 'obekant'"))
    assert versions.all() == [applied.json()["version"]]
    assert people == 1
    await other.close()


def with_people(*left_out: str) -> dict[str, str]:
    body = yaml_of("malarvik")
    content = yaml.safe_load(body["people"])
    content["people"] = [person for person in content["people"] if person["id"] not in left_out]
    return body | {"people": yaml.safe_dump(content, allow_unicode=True)}


async def test_who_is_not_in_the_people_file_any_more_has_left_and_may_come_back(house: House) -> None:
    filed = await house.file("larare", title="Nätet", school="ekbacken")
    client, browser, desk = house.client("larare"), await house.visitor("larare"), house.client("administrator")
    body = yaml_of("malarvik")
    assert (await desk.put("/directories/malarvik", json={"directory": body["directory"]})).status_code == 200
    assert (await client.get("/tickets")).status_code == 200, "nothing was said of people"

    left = await desk.put("/directories/malarvik", json=with_people("larare"))
    assert left.json()["changed"] is True
    assert (await client.get("/tickets")).status_code == 401
    assert (await client.post("/tickets", json={"title": "Nätet", "school": "ekbacken"})).status_code == 401
    assert (await browser.get(f"/arenden/{filed['id']}")).status_code in (303, 401)
    assert 'value="larare"' not in (await house.browser().get("/malarvik/")).text
    async with house.engine.connect() as conn:
        query = "SELECT name, role, email, schools, teams FROM person WHERE person = 'larare'"
        assert tuple((await conn.execute(text(query))).one()) == ("Lena Lindmark", "", None, [], [])
    again = await desk.put("/directories/malarvik", json=with_people("larare"))
    assert again.json()["changed"] is False

    assert (await desk.put("/directories/malarvik", json=body)).status_code == 200
    assert (await client.get(f"/tickets/{filed['id']}")).status_code == 200


@pytest.mark.parametrize("nobody", ["", "# no line came\n", "municipality: malarvik\npeople: []\n"])
async def test_a_people_file_without_anybody_is_refused_and_nobody_leaves(house: House, nobody: str) -> None:
    client, desk = house.client("larare"), house.client("administrator")
    refused = await desk.put("/directories/malarvik", json=yaml_of("malarvik") | {"people": nobody})
    assert refused.status_code == 422
    assert {fault["pointer"] for fault in refused.json()["errors"]} == {"/people"}
    assert (await client.get("/tickets")).status_code == 200


async def test_a_protected_persons_name_stays_in_the_people_file(house: House) -> None:
    filed = await house.file("larare-hasselbacken", title="Nätet", school="hasselbacken")
    browser = await house.visitor("samordnare")
    page = (await browser.get(f"/arenden/{filed['id']}")).text
    assert "Lärare" in page
    assert "Rosenlid" not in page
    assert "Rosenlid" not in (await house.browser().get("/malarvik/")).text
    async with house.engine.connect() as conn:
        told = (await conn.scalars(text("SELECT convert_from(value, 'utf8') FROM outbox"))).all()
        address = await conn.scalar(text("SELECT email FROM person WHERE person = 'larare-hasselbacken'"))
    assert any("Lena Lindmark" in value for value in told)
    assert not any("Hanna Rosenlid" in value for value in told)
    assert address == "hanna.rosenlid@malarvik.example", "mails go to it"


async def test_r19_who_reports_from_a_school_that_is_gone_chooses_where_it_is(house: House) -> None:
    content = yaml.safe_load(yaml_of("malarvik")["directory"])
    content["schools"] = [school for school in content["schools"] if school["id"] != "tallbacken"]
    left = {"directory": yaml.safe_dump(content, allow_unicode=True)}
    browser = await house.visitor("larare-tallbacken")
    assert 'value="tallbacken" selected' in (await browser.get("/arenden/ny")).text
    answer = await house.client("administrator").put("/directories/malarvik", json=left)
    assert answer.status_code == 200, answer.text
    form = (await browser.get("/arenden/ny")).text.partition('id="school"')[2].partition("</select>")[0]
    assert "Välj" in form.partition("</option>")[0], "nothing is chosen for them"
    assert "selected" not in form.partition("</option>")[2]
