"""The words a directory file is written in: ids, texts in two languages, durations, times of day.

Every model is frozen and refuses unknown keys, so that a misspelt key is an error and never a silent default.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from contracts.values import Language

Scope = Literal["person", "asset", "room", "building", "school", "schools", "municipality"]
SchoolForm = Literal["preschool", "compulsory", "upper_secondary", "adult", "special"]

Id = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$"),
    Field(description="Stable id: lower-case letters a–z, digits, - and _; it outlives every change of name"),
]
PartyName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$"),
    Field(description="Id of a team or vendor (lower-case a–z, digits, -); elsewhere written team:<id> or vendor:<id>"),
]
PathStep = Annotated[
    str,
    StringConstraints(pattern=r"^(local(:pedagogical)?|coordinator|(team|vendor):[a-z0-9][a-z0-9-]{0,62})$"),
    Field(
        description="A party, or a word that stands for one: `local` is the school's own support (its host's where it "
        "has none, the coordinator where nobody is), `coordinator` the coordinator team",
        examples=["local", "local:pedagogical", "coordinator", "vendor:network"],
    ),
]
TimeOfDay = Annotated[
    str,
    StringConstraints(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$"),
    Field(description="Local time of day, 24:00 is the end of the day", examples=["07:00", "16:30"]),
]
Caller = Annotated[
    str,
    StringConstraints(pattern=r"^(reporter|local(:pedagogical)?|coordinator|team:[a-z0-9][a-z0-9-]{0,62})$"),
    Field(
        description="Who turns to a vendor: `reporter` is who reports, through the rules of the matrix; the others are "
        "staff at the desk",
        examples=["reporter", "local", "coordinator", "team:it-unit"],
    ),
]
Office = Annotated[
    str,
    StringConstraints(pattern=r"^(coordinator|team:[a-z0-9][a-z0-9-]{0,62})$"),
    Field(description="The coordinator or a central team", examples=["coordinator", "team:it-unit"]),
]
GroupName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=r"^[^|\x00-\x1f]{1,200}$"),
    Field(description="Name of a group at the identity provider, as it stands there"),
]
Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class Model(BaseModel):
    """Frozen, without unknown keys; field descriptions become the schema that editors show."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with other fields; what was worked out from the old ones (cached properties) stays behind."""
        copy = super().model_copy(update=update, deep=deep)
        for name in copy.__dict__.keys() - type(self).model_fields.keys():
            del copy.__dict__[name]
        return copy


class Text(Model):
    """A text in Swedish and English. A bare string is read as the same in both: names such as "ProCapita"."""

    sv: Phrase
    """Swedish, what pages show first."""
    en: Phrase
    """English, shown beside it."""

    @model_validator(mode="before")
    @classmethod
    def _same_in_both(cls, value: Any) -> Any:
        return {"sv": value, "en": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler.resolve_ref_schema(handler(core_schema))
        return {"title": "Text", "anyOf": [{"type": "string", "minLength": 1, "maxLength": 500}, dict(schema)]}

    @property
    def words(self) -> dict[Language, str]:
        """The shape that events carry."""
        return {"sv": self.sv, "en": self.en}

    def in_language(self, language: Language) -> str:
        """The text in one language."""
        return self.en if language == "en" else self.sv


_PART = re.compile(r"(\d+)\s*(h|min|s)\b")
_LONGEST = timedelta(days=366)
_UNITS = {"h": "hours", "min": "minutes", "s": "seconds"}


def parse_duration(value: object) -> object:
    """Read '30 min', '4 h', '47 h 30 min' (and ISO 8601 'PT4H'); a bare number says no unit and is refused."""
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str):
        raise ValueError("write a duration with its unit, such as '30 min' or '4 h'")
    if value.startswith("P"):
        return value
    parts = _PART.findall(value)
    if not parts or _PART.sub("", value).strip():
        raise ValueError(f"{value!r} is no duration: write it such as '30 min', '4 h' or '47 h 30 min'")
    return timedelta(**{_UNITS[unit]: sum(int(n) for n, u in parts if u == unit) for _, unit in parts})


def _of_use(length: timedelta) -> timedelta:
    if not timedelta(0) < length <= _LONGEST:
        raise ValueError(f"write more than 0 min and at most {_LONGEST.days} days")
    return length


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    AfterValidator(_of_use),
    WithJsonSchema(
        {
            "type": "string",
            "examples": ["30 min", "4 h", "47 h 30 min"],
            "description": "Working time of the calendar beside it; 47 h 30 min is one desk week",
        }
    ),
]
