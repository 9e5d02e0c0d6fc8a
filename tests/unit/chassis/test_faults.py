"""What pydantic finds wrong reaches callers in plain words."""

from datetime import timedelta
from typing import Annotated, Any, Literal

import pytest
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator
from pydantic_core._pydantic_core import list_all_errors

from chassis import faults
from tests.support.plain import pythons_words


class Oven(BaseModel):
    degrees: Annotated[int, Field(ge=50, le=500)]


class Order(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Literal["pizza", "calzone"] = "pizza"
    name: Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[^\x00]*$")] = "x"
    oven: Oven | None = None
    toppings: Annotated[list[str], Field(min_length=2, max_length=3)] = []
    ovens: dict[Annotated[str, Field(min_length=1)], Oven] = {}
    at: AwareDatetime | None = None
    rests: timedelta | None = None
    sliced: bool = False

    @field_validator("name")
    @classmethod
    def _is_sold(cls, name: str) -> str:
        if name == "hawaii":
            raise ValueError("is not sold here, sorry")
        return name


class Soup(BaseModel):
    kind: Literal["soup"]


class Stew(BaseModel):
    kind: Literal["stew"]


@pytest.mark.parametrize(
    ("body", "words"), [('{"kind": "pie"}', "is none of 'soup', 'stew'"), ('{"salt": 1}', "is required")]
)
def test_an_unknown_kind_is_told_at_the_field_that_says_it(body: str, words: str) -> None:
    pot: TypeAdapter[Soup | Stew] = TypeAdapter(Annotated[Soup | Stew, Field(discriminator="kind")])
    with pytest.raises(ValidationError) as wrong:
        pot.validate_json(body)
    assert faults.faults(wrong.value) == [{"pointer": "/kind", "detail": words}]


def found(body: str) -> dict[str, str]:
    with pytest.raises(ValidationError) as wrong:
        Order.model_validate_json(body)
    return {fault["pointer"]: fault["detail"] for fault in faults.faults(wrong.value)}


@pytest.mark.parametrize(
    ("body", "place", "words"),
    [
        ("", "", "is not JSON"),
        ("[1", "", "is not JSON"),
        ("[" * 300 + "]" * 300, "", "is nested too deeply"),
        ("[]", "", "is no JSON object"),
        ('{"oven": 7}', "/oven", "is no JSON object"),
        ('{"oven": {}}', "/oven/degrees", "is required"),
        ('{"oven": {"degrees": "hot"}}', "/oven/degrees", "is no whole number"),
        ('{"oven": {"degrees": 1.5}}', "/oven/degrees", "is no whole number"),
        ('{"oven": {"degrees": 501}}', "/oven/degrees", "must be at most 500"),
        ('{"colour": 1}', "/colour", "unknown field"),
        ('{"kind": "soup"}', "/kind", "is none of 'pizza' or 'calzone'"),
        ('{"name": 7}', "/name", "is no text"),
        ('{"name": ""}', "/name", "is empty"),
        ('{"name": "aaaaaaaaaaaaaaaaaaaaa"}', "/name", "has more than 20 characters"),
        ('{"name": "a\\u0000"}', "/name", "must not contain the character U+0000"),
        ('{"name": "hawaii"}', "/name", "is not sold here, sorry"),
        ('{"toppings": "ham"}', "/toppings", "is no list"),
        ('{"toppings": ["ham"]}', "/toppings", "has fewer than 2 entries"),
        ('{"ovens": {"": {"degrees": 60}}}', "/ovens/", "is empty"),
        ('{"ovens": {"a/b": 1}}', "/ovens/a~1b", "is no JSON object"),
        ('{"at": "noon"}', "/at", "is no time such as 2026-10-05T07:33:35+02:00"),
        ('{"at": "2026-10-05T07:33:35"}', "/at", "has no offset from UTC, such as +02:00"),
        ('{"rests": "long"}', "/rests", "is no length of time such as PT2H"),
        ('{"sliced": "perhaps"}', "/sliced", "is neither true nor false"),
    ],
)
def test_a_finding_is_its_place_and_plain_words(body: str, place: str, words: str) -> None:
    assert found(body)[place] == words


def test_no_kind_of_finding_speaks_pythons_words_or_repeats_the_input() -> None:
    for kind in list_all_errors():
        context: dict[str, Any] = kind.get("example_context") or {}
        said = faults.words({"type": kind["type"], "msg": "Input should be a valid Order", "ctx": context})
        assert pythons_words(said) == [], kind["type"]
        assert "{" not in said


def test_what_may_stand_there_is_named_also_where_it_is_only_one_thing() -> None:
    assert faults.words({"type": "literal_error", "ctx": {"expected": "'soup'"}}) == "is not 'soup'"


def test_every_kind_that_has_words_is_one_that_pydantic_knows() -> None:
    known = {kind["type"] for kind in list_all_errors()}
    assert set(faults._WORDS) <= known


def test_a_kind_that_pydantic_may_add_is_still_answered() -> None:
    assert faults.words({"type": "new_in_3", "msg": "Input should be an Order"}) == "is not what is wanted here"


def test_a_unions_tag_is_no_part_of_the_place_and_a_field_of_its_name_is() -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(Order)
    with pytest.raises(ValidationError) as wrong:
        adapter.validate_python({"oven": {"degrees": []}})
    assert faults.faults(wrong.value, tags={"oven"})[0]["pointer"] == "/degrees"
    assert faults.faults(wrong.value, tags={"degrees"})[0]["pointer"] == "/oven/degrees"
