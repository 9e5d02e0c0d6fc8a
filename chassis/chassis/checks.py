"""Checks of a request's input that hold beside the declared types.

A router that is an API takes `APIRouter(dependencies=[checks.STRICT_QUERY])`; every application has the other checks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from fastapi import Depends, Request, params
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_flat_params

from chassis.edge import route_of
from chassis.faults import NUL, SURROGATE
from chassis.json_keys import repeated_key
from chassis.problems import Fault, pointer, wrong_input

_HALF: Final = re.compile("[\ud800-\udfff]")


class StrictQuery:
    """Refuses query parameters that the route does not declare, so that a misspelt filter is not silently ignored."""

    def __init__(self) -> None:
        # By identity; the route's declaration lives as long as the application.
        self._declared: dict[int, tuple[Any, frozenset[str]]] = {}

    async def __call__(self, request: Request) -> None:  # async, else FastAPI takes a thread for it
        if not request.scope["query_string"]:
            return
        declared = self._names(route_of(request.scope).dependant)
        unknown = sorted(set(request.query_params) - declared)
        if unknown:
            faults: list[Fault] = [
                {"pointer": pointer("query", name), "detail": "unknown parameter"} for name in unknown
            ]
            raise wrong_input(faults)

    def _names(self, dependant: Any) -> frozenset[str]:
        known = self._declared.get(id(dependant))
        if known is None:
            known = self._declared[id(dependant)] = (dependant, frozenset(_query_names(dependant)))
        return known[1]


def _query_names(dependant: Dependant) -> Iterator[str]:
    alone = replace(dependant, dependencies=[], path_params=[], header_params=[], cookie_params=[])
    yield from (field.alias for field in get_flat_params(alone))
    for inner in dependant.dependencies:
        yield from _query_names(inner)


STRICT_QUERY: Final = Depends(StrictQuery())


async def storable_text(request: Request) -> None:
    """Refuses what no text column can hold: U+0000 and lone surrogates, anywhere in a form or a JSON body."""
    body_field = route_of(request.scope).body_field
    if body_field is None:
        return
    if isinstance(body_field.field_info, params.Form):
        form = await request.form()
        faults = [fault for name, value in form.multi_items() for fault in _faults(value, (name,))]
    else:
        body = await request.body()  # read and parsed already, for the declared body
        if b"\\u0000" not in body and b"\\ud" not in body and b"\\uD" not in body:
            return
        faults = list(_faults(await request.json(), ()))
    if faults:
        raise wrong_input(faults)


async def names_once(request: Request) -> None:
    """Refuses a JSON body with a name twice in one object: whoever sent it meant one of the two."""
    body_field = route_of(request.scope).body_field
    if body_field is None or isinstance(body_field.field_info, params.Form):
        return
    place = repeated_key(await request.body())  # read already, for the declared body
    if place is not None:
        raise wrong_input([{"pointer": pointer(*place), "detail": "stands twice in one object"}])


def _faults(value: object, place: tuple[str | int, ...]) -> Iterator[Fault]:
    match value:
        case str():
            if "\0" in value:
                yield {"pointer": pointer(*place), "detail": NUL}
            elif _HALF.search(value):
                yield {"pointer": pointer(*place), "detail": SURROGATE}
        case dict():
            for key, inner in value.items():
                yield from _faults(key, place)
                yield from _faults(inner, (*place, key))
        case list():
            for index, inner in enumerate(value):
                yield from _faults(inner, (*place, index))
        case _:
            return
