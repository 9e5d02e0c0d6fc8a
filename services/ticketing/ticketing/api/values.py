"""What bodies and answers of the API are made of."""

import re
from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator, Field, StringConstraints

from contracts.values import (
    Language,
)
from ticketing.domain.filing import DESCRIPTION_LIMIT, SHORT_LIMIT
from ticketing.domain.works import REASON_LIMIT as WORK_REASON_LIMIT
from ticketing.domain.works import TEXT_LIMIT as WORK_TEXT_LIMIT


def _written(value: object) -> object:
    if not isinstance(value, str) or value.lstrip("-").isdecimal():
        raise ValueError("is no time such as 2026-10-05T07:33:35+02:00")
    return value


def _a_day(value: object) -> object:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("is no day such as 2026-10-05")
    return value


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _one_text(value: object) -> object:
    if isinstance(value, dict):  # as events and answers write what people wrote
        raise ValueError("is one text, in the caller's language, and no object of languages")
    return value


OneText = BeforeValidator(_one_text)
Id = Annotated[str, StringConstraints(min_length=1, max_length=80)]


Seq = Annotated[int, Field(ge=1, le=2**31 - 1)]
"""The number of an entry in its history."""


Short = Annotated[str, StringConstraints(max_length=SHORT_LIMIT)]


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=DESCRIPTION_LIMIT), OneText]


Moment = Annotated[AwareDatetime, BeforeValidator(_written)]
"""RFC 3339 with its offset: no seconds since 1970."""


Day = Annotated[date, BeforeValidator(_a_day)]


Sentence = dict[Language, str]
"""One sentence of ours, in each language."""


Audience = Annotated[str, StringConstraints(pattern=r"^(reporters|internal|party:(team|vendor):[a-z0-9-]{1,63})$")]


WorkText = Annotated[str, StringConstraints(max_length=WORK_TEXT_LIMIT)]


WorkReason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=WORK_REASON_LIMIT)]
