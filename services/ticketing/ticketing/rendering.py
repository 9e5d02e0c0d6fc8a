"""The pages of ticketing as bytes: `render` whole ones, `fragment` their live parts, `say` words outside a page."""

from functools import cache

from chassis.look.rendering import Rendering
from ticketing import texts
from ticketing.views import KINDS, Option, Say, Tab


@cache
def options(family: str, values: tuple[str, ...]) -> tuple[Option, ...]:
    """Choice cards whose words are the families `<family>` and `<family>_hint`."""
    return tuple(Option(value, Say(f"{family}.{value}"), Say(f"{family}_hint.{value}")) for value in values)


_RENDERING = Rendering("ticketing", texts.TEXTS, {"kinds": lambda: options("kind", KINDS), "tabs": lambda: tuple(Tab)})
render, fragment, say = _RENDERING.render, _RENDERING.fragment, _RENDERING.say
