"""What follows from the models is committed and current."""

import shutil
from pathlib import Path

import pytest

from contracts import generate
from contracts.compatibility import __main__ as compatibility
from contracts.events.registry import PRODUCER_OF, TYPES
from contracts.examples import EXAMPLES


def test_every_generated_file_is_current() -> None:
    assert generate.stale(generate.CHECKOUT) == [], "run: python -m contracts.generate"


@pytest.mark.parametrize("name", sorted(TYPES))
def test_every_type_has_a_producer_an_example_and_a_schema(name: str) -> None:
    assert PRODUCER_OF[name]
    assert name in EXAMPLES
    assert (generate.CHECKOUT / f"contracts/schemas/{name}.json").exists()


@pytest.mark.parametrize("name", sorted(TYPES))
def test_every_type_says_what_it_is(name: str) -> None:
    assert TYPES[name].__doc__ != TYPES[name].__base__.__doc__
    assert name.rsplit(".", 1)[1] == "v1"


def test_no_released_schema_is_broken() -> None:
    assert compatibility.check() == {}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    generate.write(tmp_path)
    return tmp_path


def test_a_changed_a_missing_and_a_left_over_file_are_each_named(checkout: Path) -> None:
    (checkout / "contracts/schemas/ticket.filed.v1.json").write_text("{}")
    (checkout / "contracts/asyncapi.yaml").unlink()
    (checkout / "contracts/examples/ticket.merged.v1.json").write_text("{}")

    assert generate.stale(checkout) == [
        "contracts/asyncapi.yaml",
        "contracts/examples/ticket.merged.v1.json",
        "contracts/schemas/ticket.filed.v1.json",
    ]
    generate.write(checkout)
    assert generate.stale(checkout) == []


def test_releasing_keeps_the_present_schemas_and_the_check_then_finds_what_was_removed(tmp_path: Path) -> None:
    assert set(compatibility.release(tmp_path)) == {*TYPES, "vendor.outgoing", "vendor.incoming"}
    assert compatibility.release(tmp_path) == []
    assert compatibility.check(tmp_path) == {}

    shutil.copy(tmp_path / "ticket.filed.v1.json", tmp_path / "ticket.vanished.v1.json")
    assert [str(change) for change in compatibility.check(tmp_path)["ticket.vanished.v1"]] == [
        "the data: the type is gone"
    ]
