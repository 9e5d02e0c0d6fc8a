"""The files that pages load: style sheet, scripts, font, symbols."""

import hashlib
from functools import cache
from importlib.resources import files

from markupsafe import Markup
from starlette.staticfiles import StaticFiles

PATH = "/static"
"""Where every service that has pages mounts `serve()`."""


def serve() -> StaticFiles:
    """The application that answers with them."""
    return StaticFiles(packages=[("chassis.look", "static")])


@cache
def static_url(name: str) -> str:
    """The address of a file in `static/`, with its content's digest so that it may be cached for ever."""
    content = (files("chassis.look") / "static" / name).read_bytes()
    return f"{PATH}/{name}?v={hashlib.sha256(content).hexdigest()[:10]}"


@cache
def icon(name: str) -> Markup:
    """A symbol of `static/icons.svg`; always beside a word, so it is silent to readers."""
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>').format(
        static_url("icons.svg"), name
    )
