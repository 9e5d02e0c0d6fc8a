"""The page frame: what surrounds every page."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from chassis.look.dates import DEFAULT_ZONE
from chassis.look.parts import Notice, Toast
from chassis.look.words import Language, Say, Words


def initials(name: str) -> str:
    """As "AK" of "Anna Maria Karlsson"."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@dataclass(frozen=True, slots=True)
class Who:
    """The person signed in. `id` is opaque; drafts are kept under it."""

    id: str
    name: str
    role: Words
    """The role's name in the directory."""
    place: Words = ""
    """The school or the desk, in words."""
    at_desk: bool = False
    """Works with others' cases: sees the queue, searches in it."""
    looks_after_vendors: bool = False
    leads_school: bool = False
    """Finds all of the school's cases beside their own."""

    @property
    def initials(self) -> str:
        return initials(self.name)


@dataclass(frozen=True, slots=True)
class Link:
    url: str
    text: Say
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """Given to every page. `now`, `zone` and `language` decide how times and texts are said."""

    language: Language
    now: datetime
    path: str
    """Path and query of this page: where the language switch comes back to."""
    csrf: str
    """Goes into every form as `csrf`."""
    municipality: Words | None = None
    """The name, "Malarvik"."""
    home: str = "/"
    who: Who | None = None
    school: str | None = None
    """Id of the person's school: "Skolans läge" leads to its page."""
    query: str = ""
    """What was searched for."""
    toast: Toast | None = None
    notices: tuple[Notice, ...] = ()
    demo: bool = False
    zone: ZoneInfo = DEFAULT_ZONE
    """The municipality's."""

    @property
    def links(self) -> tuple[Link, ...]:
        """The navigation of this person's role."""
        if self.who is None:
            return ()
        found = []
        if self.who.at_desk:
            found += [("/ko", Say("nav.queue")), ("/ko/tider", Say("nav.day")), ("/planerat", Say("nav.planned"))]
        if self.who.looks_after_vendors:
            found.append(("/leverantorer", Say("nav.vendors")))
        found.append(("/arenden", Say("nav.my_cases")))
        if self.school is not None:
            found.append((f"/skolor/{self.school}", Say("nav.school")))
        found.append(("/arenden/ny", Say("nav.report")))
        found.append(("/behov", Say("nav.needs")))
        path = self.path.partition("?")[0]
        # What lies under the queue and is no place of its own is of it; so "/arenden/ny" is beside "/arenden".
        of_queue = path.startswith("/ko/") and path not in dict(found)
        return tuple(Link(url, text, current=path == url or (url == "/ko" and of_queue)) for url, text in found)

    @property
    def searches_school(self) -> bool:
        """Whether the search box looks among the school's cases: who leads it looks for others' too."""
        return self.who is not None and self.who.leads_school

    @property
    def search_action(self) -> str | None:
        """Where the search box sends `q`: the queue for the desk, one's own cases for all others."""
        if self.who is None:
            return None
        return "/ko" if self.who.at_desk else "/arenden"
