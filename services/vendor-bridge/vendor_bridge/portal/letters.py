"""What the portal's mails say: plain Swedish, English beside. Of a case its composed title, never its text (N5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from contracts.values import Language, Words
from contracts.webhooks import MessageKind

LONGEST_TITLE: Final = 120

News = MessageKind | Literal["unanswered"]
"""What a mail is about: a message, or an answer that says that the question needs none."""

_NEWS: Final[dict[News, tuple[Words, Words]]] = {
    "offered": (
        {"sv": "Nytt ärende: {title}", "en": "New case: {title}"},
        {
            "sv": "{municipality} har lämnat ett ärende till er. Svara i portalen att ni tar det.",
            "en": "{municipality} has handed a case to you. Say in the portal that you take it.",
        },
    ),
    "updated": (
        {"sv": "Nytt i ärendet: {title}", "en": "News in the case: {title}"},
        {
            "sv": "Något har hänt i ett ärende som ni har. Läs det i portalen.",
            "en": "Something has happened in a case that you have. Read it in the portal.",
        },
    ),
    "answered": (
        {"sv": "Ni har fått svar: {title}", "en": "You have an answer: {title}"},
        {"sv": "Er fråga har fått svar.", "en": "Your question has an answer."},
    ),
    "unanswered": (
        {"sv": "Er fråga är stängd utan svar: {title}", "en": "Your question is closed without an answer: {title}"},
        {
            "sv": "Er fråga behöver inte något svar längre. Varför står i portalen. Fortsätt med ärendet.",
            "en": "Your question needs no answer any more. The portal says why. Go on with the case.",
        },
    ),
    "accepted": (
        {"sv": "Lösningen är godkänd: {title}", "en": "The solution is accepted: {title}"},
        {
            "sv": "{municipality} har godkänt er lösning. De som anmälde får säga om det fungerar.",
            "en": "{municipality} has accepted your solution. Those who reported are asked whether it works.",
        },
    ),
    "rejected": (
        {"sv": "Inte löst än: {title}", "en": "Not solved yet: {title}"},
        {
            "sv": "{municipality} har inte godkänt er lösning. Ni har ärendet kvar; skälet står i portalen.",
            "en": "{municipality} has not accepted your solution. You still have the case; the portal says why.",
        },
    ),
    "released": (
        {"sv": "Ni har inte ärendet längre: {title}", "en": "You no longer have the case: {title}"},
        {"sv": "Ärendet har gått vidare från er.", "en": "The case has moved on from you."},
    ),
    "taken_back": (
        {"sv": "Ärendet är tillbakataget: {title}", "en": "The case was taken back: {title}"},
        {
            "sv": "{municipality} har tagit tillbaka ärendet. Ni behöver inte göra något mer.",
            "en": "{municipality} has taken the case back. There is nothing more for you to do.",
        },
    ),
    "completed": (
        {"sv": "Klart för er del: {title}", "en": "Done, as far as you are concerned: {title}"},
        {
            "sv": "Ärendet är avslutat hos er. Ni behöver inte göra något mer.",
            "en": "The case is closed for you. There is nothing more for you to do.",
        },
    ),
    "redacted": (
        {"sv": "Uppgifter är raderade: {title}", "en": "Words were erased: {title}"},
        {
            "sv": "{municipality} har raderat uppgifter i ärendet. Radera det ni har sparat av dem på annat håll.",
            "en": "{municipality} has erased words of the case. Erase what you have kept of them elsewhere.",
        },
    ),
}
_SOLVED: Final[tuple[Words, Words]] = (
    {"sv": "Ärendet är löst: {title}", "en": "The case is solved: {title}"},
    {
        "sv": "Ett ärende som ni har är löst. De som anmälde får säga om det fungerar.",
        "en": "A case that you have is solved. Those who reported are asked whether it works.",
    },
)
_BESIDE_ANOTHER: Final[tuple[Words, Words]] = (
    {"sv": "Ni får hjälpa till: {title}", "en": "Your help is asked for: {title}"},
    {
        "sv": "{municipality} vill ha er hjälp med ett ärende. Någon annan håller ihop ärendet."
        " Svara i portalen att ni tar er del.",
        "en": "{municipality} asks for your help with a case. Somebody else leads the case."
        " Say in the portal that you take your part.",
    },
)
_PARTS: Final[dict[News, tuple[Words, Words]]] = {
    "accepted": (
        {"sv": "Er del är godkänd: {title}", "en": "Your part is accepted: {title}"},
        {"sv": "{municipality} har godkänt er del.", "en": "{municipality} has accepted your part."},
    ),
    "rejected": (
        {"sv": "Er del är inte klar än: {title}", "en": "Your part is not done yet: {title}"},
        {
            "sv": "{municipality} har inte godkänt er del. Ni har den kvar; skälet står i portalen.",
            "en": "{municipality} has not accepted your part. You still have it; the portal says why.",
        },
    ),
    "released": (
        {"sv": "Ni har inte er del längre: {title}", "en": "You no longer have your part: {title}"},
        {"sv": "Er del av ärendet har gått vidare från er.", "en": "Your part of the case has moved on from you."},
    ),
    "taken_back": (
        {"sv": "Er del är tillbakatagen: {title}", "en": "Your part was taken back: {title}"},
        {
            "sv": "{municipality} har tagit tillbaka er del av ärendet. Ni behöver inte göra något mer.",
            "en": "{municipality} has taken your part of the case back. There is nothing more for you to do.",
        },
    ),
    "completed": (
        {"sv": "Er del är klar: {title}", "en": "Your part is done: {title}"},
        {
            "sv": "Er del av ärendet är avslutad. Ni behöver inte göra något mer.",
            "en": "Your part of the case is closed. There is nothing more for you to do.",
        },
    ),
}
"""Of a vendor beside the one that leads the case: what is told of the part alone (ADR 0028)."""
_BESIDE: Final[Words] = {
    "sv": "Ni arbetar med det vid sidan av den som håller ihop ärendet.",
    "en": "You work on it beside the one who leads the case.",
}
_INVITED: Final[tuple[Words, Words]] = (
    {"sv": "Välkommen till leverantörsportalen", "en": "Welcome to the vendor portal"},
    {
        "sv": "{municipality} lämnar ärenden till {vendor} i leverantörsportalen. Skriv den här adressen på"
        " inloggningssidan, så får du en länk som loggar in dig. Det finns inget lösenord.",
        "en": "{municipality} hands cases to {vendor} in the vendor portal. Write this address on the sign-in page,"
        " and you get a link that signs you in. There is no password.",
    },
)
_ROTATED: Final[tuple[Words, Words]] = (
    {"sv": "Ny hemlig nyckel för {connection}", "en": "New secret key for {connection}"},
    {
        "sv": "{by} har gjort en ny hemlig nyckel för anslutningen till {municipality}. Den förra gäller i 24 timmar"
        " till. Nyckeln står inte i något brev. Var det inte meningen? Säg det till kommunen på en gång.",
        "en": "{by} has made a new secret key for the connection to {municipality}. The former one is valid for 24"
        " hours more. The key is in no mail. Was it not meant to be? Tell the municipality at once.",
    },
)
_LINK: Final[tuple[Words, Words]] = (
    {"sv": "Din länk till leverantörsportalen", "en": "Your link to the vendor portal"},
    {
        "sv": "Länken gäller en gång, i 15 minuter. Har du inte bett om den kan du strunta i det här brevet:"
        " ingen kommer in utan länken.",
        "en": "The link works once, for 15 minutes. If you did not ask for it, ignore this mail:"
        " nobody gets in without the link.",
    },
)
_OPEN: Final[dict[str, Words]] = {
    "news": {"sv": "Öppna ärendet", "en": "Open the case"},
    "invited": {"sv": "Till inloggningen", "en": "To the sign-in page"},
    "rotated": {"sv": "Till anslutningen", "en": "To the connection"},
}
_GREETING: Final[Words] = {"sv": "Hej {name}!", "en": "Hello {name},"}
_FOOTER: Final[Words] = {
    "sv": "Eskalera, leverantörsportalen. Det här brevet går inte att svara på.",
    "en": "Eskalera, the vendor portal. This mail cannot be answered.",
}

_templates: Final = Environment(
    loader=PackageLoader("vendor_bridge"),
    autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


@dataclass(frozen=True, slots=True)
class Letter:
    """The parts of a mail, each a single line. `links`: (what it leads to, address)."""

    language: Language
    subject: str
    greeting: str
    opening: str
    links: tuple[tuple[str, str], ...]
    footer: str

    @property
    def text(self) -> str:
        return _templates.get_template("mail.txt.j2").render(letter=self)

    @property
    def html(self) -> str:
        return _templates.get_template("mail.html.j2").render(letter=self)


def news(
    language: Language,
    name: str,
    kind: News,
    *,
    title: str,
    municipality: str,
    url: str,
    is_beside: bool = False,
    is_solved: bool = False,
) -> Letter:
    """That something was told to the vendor; `title` is the composed one. `is_beside`: somebody else leads the case;
    `is_solved`: as it is now.
    """
    subject, opening = _SOLVED if is_solved and kind == "updated" else _NEWS[kind]
    if is_beside and kind == "offered":
        subject, opening = _BESIDE_ANOTHER
    elif is_beside and kind in _PARTS:
        subject, opening = _PARTS[kind]
    elif is_beside:
        opening = {each: f"{opening[each]} {_BESIDE[each]}" for each in opening}
    values = {"title": one_line(title), "municipality": municipality}
    return _letter(language, name, subject, opening, ((_OPEN["news"][language], url),), values)


def invited(language: Language, name: str, *, municipality: str, vendor: str, url: str) -> Letter:
    """That they may sign in, and where."""
    values = {"municipality": municipality, "vendor": vendor}
    return _letter(language, name, *_INVITED, ((_OPEN["invited"][language], url),), values)


def rotated(language: Language, name: str, *, by: str, connection: str, municipality: str, url: str) -> Letter:
    """That somebody of theirs made a new secret; which one, only that person has seen."""
    values = {"by": one_line(by), "connection": connection, "municipality": municipality}
    return _letter(language, name, *_ROTATED, ((_OPEN["rotated"][language], url),), values)


def link(language: Language, name: str, ways: Sequence[tuple[str, str]]) -> Letter:
    """The ways in, one for each connection: (whose, address)."""
    return _letter(language, name, *_LINK, tuple((one_line(whose), url) for whose, url in ways), {})


def _letter(
    language: Language,
    name: str,
    subject: Words,
    opening: Words,
    links: tuple[tuple[str, str], ...],
    values: dict[str, str],
) -> Letter:
    return Letter(
        language=language,
        subject=one_line(subject[language].format(**values)),
        greeting=_GREETING[language].format(name=one_line(name)),
        opening=one_line(opening[language].format(**values), 1000),
        links=links,
        footer=_FOOTER[language],
    )


def one_line(text: str, longest: int = LONGEST_TITLE + 40) -> str:
    """Fit for a header: no line break, no control character, not without end."""
    words = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return words if len(words) <= longest else f"{words[: longest - 1]}…"
