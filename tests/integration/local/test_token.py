"""`eskalera token`: for those whom the running system knows, and nobody else."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from contracts.directory.load import load
from eskalera.cli import build
from eskalera.errors import LocalError
from eskalera.instances import Instance, hold, publish, withdraw
from tests.conftest import MakeDatabase
from tests.support.directories import MUNICIPALITIES
from ticketing.tokens import Tokens
from vendor_bridge import tokens as connection_tokens

PORT_BASE = 23_400


@pytest.fixture
async def url(database: MakeDatabase) -> str:
    """Ticketing's database: two municipalities, one person of malarvik, and two who were."""
    url = await database("chassis", "ticketing")
    conn = await asyncpg.connect(url)
    for name in ("malarvik", "hallsberg"):
        content = load((MUNICIPALITIES / f"{name}.yaml").read_text(encoding="utf-8")).model_dump(mode="json")
        await conn.execute("INSERT INTO directory VALUES ($1, '1', $2)", name, json.dumps(content))
    await conn.execute(
        "INSERT INTO person (municipality, person, name, role, schools, teams, language, placeholder)"
        " VALUES ('malarvik', 'larare', 'Lena', 'teacher', '{}', '{}', 'sv', false),"
        " ('malarvik', 'erased', '', 'teacher', '{}', '{}', 'sv', true),"
        " ('malarvik', 'left', 'Lage', '', '{}', '{}', 'sv', false)"
    )
    await conn.close()
    return url


@pytest.fixture
def instance(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Instance]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    instance = Instance(pid=0, data=str(tmp_path / "data"), port_base=PORT_BASE, databases={"ticketing": url})
    with hold(tmp_path / "data"):
        instance.layout.make()
        publish(instance)
        yield instance
        withdraw(instance)


async def run(*arguments: str) -> Result:
    words = ["token", *arguments]
    return await asyncio.to_thread(lambda: CliRunner().invoke(build(words), words))


def sentence(result: Result) -> str:
    assert isinstance(result.exception, LocalError)
    assert result.exception.exit_code == 1
    assert result.stdout == ""
    return result.exception.sentence


async def test_a_person_whom_the_system_knows_gets_a_token(instance: Instance) -> None:
    result = await run("--as", "larare")
    claims = Tokens(instance.layout.secret("ticketing")).read(result.stdout.strip())
    assert (claims.municipality, claims.person) == ("malarvik", "larare")


async def test_nobody_gets_no_token_but_a_sentence_that_says_where_to_see_who_there_is(instance: Instance) -> None:
    page = f"http://127.0.0.1:{PORT_BASE}"
    assert sentence(await run("--as", "nobody")) == (
        f"'nobody' is nobody of 'malarvik': who there is can be seen at {page}/malarvik/."
    )
    assert sentence(await run("--as", "larare", "-m", "hallsberg")) == (
        f"'larare' is nobody of 'hallsberg': who there is can be seen at {page}/hallsberg/."
    )


@pytest.mark.parametrize("who", ["erased", "left"])
async def test_who_is_erased_or_has_left_gets_no_token(instance: Instance, who: str) -> None:
    assert sentence(await run("--as", who)).startswith(f"'{who}' is nobody of 'malarvik'")


async def test_a_connection_that_the_municipality_has_gets_a_token(instance: Instance) -> None:
    result = await run("--connection", "hallsberg-sydnarke-it", "-m", "hallsberg")
    bearer = connection_tokens.read(instance.layout.secret("vendor-bridge"), result.stdout.strip())
    assert (bearer.connection, bearer.municipality) == ("hallsberg-sydnarke-it", "hallsberg")


@pytest.mark.parametrize("name", ["nobody", "demo-vendor"])
async def test_a_connection_that_the_municipality_has_not_gets_a_sentence_with_those_there_are(
    instance: Instance, name: str
) -> None:
    assert sentence(await run("--connection", name, "-m", "hallsberg")) == (
        f"'{name}' is no connection of 'hallsberg': its directory's vendors have"
        " hallsberg-plattform, hallsberg-sydnarke-it."
    )


@pytest.mark.parametrize(
    ("option", "wrong"), [("--as", "'x' is nobody of 'nowhere'"), ("--connection", "'x' is no connection of 'nowhere'")]
)
async def test_a_municipality_that_is_not_here_is_named_with_those_that_are(
    instance: Instance, option: str, wrong: str
) -> None:
    said = sentence(await run(option, "x", "-m", "nowhere"))
    assert said == f"{wrong}, which is no municipality here: there are hallsberg, malarvik."


async def test_a_database_that_does_not_answer_is_one_sentence(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance.databases["ticketing"] = "postgresql://nobody@127.0.0.1:1/ticketing"
    publish(instance)
    assert sentence(await run("--as", "larare")).startswith("Ticketing's database does not answer")
