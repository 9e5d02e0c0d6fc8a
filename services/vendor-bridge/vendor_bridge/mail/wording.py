"""The words of a mail to a vendor: Swedish first, English beside. A vendor is "ni"; no word of ours is explained."""

from collections.abc import Mapping
from typing import Final

from contracts.values import Words

ABOVE: Final = ("## Svara ovanför den här raden ##", "## Reply above this line ##")
"""What stands first in every mail, so that a reply can be told from what it quotes; short, so that nobody breaks it."""

SUBJECT: Final = "Ärende {number}: {title}"
SEVERAL: Final = "{number} m.fl."

Counted = tuple[Words, Words]
"""Of one, and of more: `{count}`."""

HEADINGS: Final[Mapping[str, Words]] = {
    "offered": {"sv": "{who} lämnar över ett ärende till er.", "en": "{who} hands a case over to you."},
    "updated": {"sv": "Det finns något nytt i ärendet.", "en": "There is something new in the case."},
    "answered": {"sv": "Här är svaret på er fråga.", "en": "Here is the answer to your question."},
    "accepted": {"sv": "{who} har godtagt er lösning.", "en": "{who} has accepted your solution."},
    "rejected": {"sv": "{who} har inte godtagt er lösning.", "en": "{who} has not accepted your solution."},
    "released": {"sv": "Ärendet är inte längre ert.", "en": "The case is no longer yours."},
    "taken_back": {"sv": "{who} har tagit tillbaka ärendet.", "en": "{who} has taken the case back."},
    "completed": {"sv": "Ärendet är klart och stängt.", "en": "The case is done and closed."},
    "redacted": {
        "sv": "{who} har raderat uppgifter i ärendet. Radera dem hos er också.",
        "en": "{who} has erased words of the case. Please erase them at yours, too.",
    },
}
NO_ANSWER: Final[Words] = {"sv": "Er fråga behöver inget svar.", "en": "Your question needs no answer."}
PART_DONE: Final[Words] = {
    "sv": "{who} har godtagt er lösning, så er del av ärendet är klar.",
    "en": "{who} has accepted your solution, so your part of the case is done.",
}
PARTS: Final[Mapping[str, tuple[Words, Words | None]]] = {
    "accepted": (
        {"sv": "{who} har godtagt er del.", "en": "{who} has accepted your part."},
        {"sv": "Ni behöver inte göra något nu.", "en": "There is nothing for you to do now."},
    ),
    "rejected": (
        {"sv": "{who} har inte godtagt er del.", "en": "{who} has not accepted your part."},
        {
            "sv": "Delen är fortfarande er. Läs varför här nedanför, fortsätt, och svara på det här mejlet.",
            "en": "The part is still yours. Read below why, go on, and reply to this mail.",
        },
    ),
    "released": ({"sv": "Er del är inte längre er.", "en": "Your part is no longer yours."}, None),
    "taken_back": ({"sv": "{who} har tagit tillbaka er del.", "en": "{who} has taken your part back."}, None),
    "completed": ({"sv": "Er del är klar och stängd.", "en": "Your part is done and closed."}, None),
}
"""Of a vendor beside the one that leads the case: what is said of its part, and what is wanted where that differs."""
BESIDE: Final[Words] = {
    "sv": "{who} vill ha er hjälp med ett ärende som någon annan håller ihop.",
    "en": "{who} asks for your help with a case that somebody else leads.",
}

_NOTHING_MORE: Final[Words] = {
    "sv": "Ni behöver inte göra något mer. Om ni ändå skriver sparas det som en anteckning till kommunen.",
    "en": "There is nothing more for you to do. If you write anyway, it is kept as a note to the municipality.",
}
ASKS: Final[Mapping[str, Words]] = {
    "offered": {
        "sv": "Svara på det här mejlet när ni har tagit emot ärendet, och sedan varje gång ni har något att berätta. "
        "Kommunen läser det ni skriver, och oftast den som rapporterade.",
        "en": "Reply to this mail when you have received the case, and then whenever you have something to tell. "
        "The municipality reads what you write, and mostly who reported it, too.",
    },
    "updated": {
        "sv": "Läs det nya. Svara på det här mejlet om ni har något att tillägga.",
        "en": "Read what is new. Reply to this mail if you have something to add.",
    },
    "answered": {
        "sv": "Fortsätt med ärendet. Svara på det här mejlet om något fortfarande är oklart.",
        "en": "Go on with the case. Reply to this mail if something is still unclear.",
    },
    "accepted": {
        "sv": "Ni behöver inte göra något nu. Ärendet stängs när skolan har sett att det fungerar.",
        "en": "There is nothing for you to do now. The case is closed once the school has seen that it works.",
    },
    "rejected": {
        "sv": "Ärendet är fortfarande ert. Läs varför här nedanför, fortsätt, och svara på det här mejlet.",
        "en": "The case is still yours. Read below why, go on, and reply to this mail.",
    },
    "released": _NOTHING_MORE,
    "taken_back": _NOTHING_MORE,
    "completed": _NOTHING_MORE,
    "redacted": {
        "sv": "Ta bort det ni har fått om rapporten som står här nedanför: i ert system, i mejl och i bilagor. "
        "Det gäller också om ärendet inte längre är ert.",
        "en": "Delete what you got of the report named below: in your system, in mails and in attachments. "
        "That holds although the case may no longer be yours.",
    },
}
TURNS: Final[Mapping[str, tuple[Words, Words]]] = {
    "resolved": (
        {"sv": "Ärendet är löst.", "en": "The case is solved."},
        {
            "sv": "Ni behöver inte göra något mer, om inte skolan säger att felet finns kvar: då hör vi av oss.",
            "en": "There is nothing more for you to do, unless the school says that it is not: then you hear from us.",
        },
    ),
    "reopened": (
        {"sv": "Ärendet är öppet igen: felet finns kvar.", "en": "The case is open again: it is not solved."},
        {
            "sv": "Läs det nya och fortsätt. Svara på det här mejlet om ni har något att tillägga.",
            "en": "Read what is new and go on. Reply to this mail if you have something to add.",
        },
    ),
    "unlinked": (
        {
            "sv": "En eller flera anmälningar hör inte längre till ärendet.",
            "en": "One report or more is no longer part of the case.",
        },
        {
            "sv": "Här nedanför står vilka platser som är kvar. Svara på det här mejlet om ni har något att tillägga.",
            "en": "Below are the places that are left. Reply to this mail if you have something to add.",
        },
    ),
}
"""Entries that say more than that there is something new: by their kind."""
WEIGHTS: Final = (("resolved", "reopened"), ("unlinked",))
"""Of several, which a mail is headed by."""
ASKS_ENTRY: Final[Words] = {
    "sv": "Ta bort det inlägg som står här nedanför: i ert system, i mejl och i bilagor. "
    "Det gäller också om ärendet inte längre är ert.",
    "en": "Delete the entry named below: in your system, in mails and in attachments. "
    "That holds although the case may no longer be yours.",
}
CONTINUES: Final[Words] = {
    "sv": "Det hör ihop med ett annat ärende som ni också har. Svara i mejlet om det ärendet från och med nu.",
    "en": "It has the same cause as another case that you have too. From now on, reply to the mail about that one.",
}

ANSWER: Final[Words] = {"sv": "Svaret", "en": "The answer"}
WHY: Final[Words] = {"sv": "Varför", "en": "Why"}
REASON: Final[Words] = {"sv": "Skälet", "en": "The reason"}
STORY: Final[Words] = {"sv": "Vad som har hänt", "en": "What has happened"}
NEWS: Final[Words] = {"sv": "Det nya", "en": "What is new"}
NEWEST: Final[Counted] = (
    {
        "sv": "Det senaste står först. Ett äldre inlägg finns i bilagan {file}.",
        "en": "The newest comes first. One older entry is in the attachment {file}.",
    },
    {
        "sv": "Det senaste står först. {count} äldre inlägg finns i bilagan {file}.",
        "en": "The newest comes first. {count} older entries are in the attachment {file}.",
    },
)
FILES_LEFT: Final[Words] = {
    "sv": "För stora för mejlet, be om dem i ett svar: {files}.",
    "en": "Too large for the mail, ask for them in a reply: {files}.",
}
CUT: Final = "… (hela texten finns i bilagan {file} / the whole text is in the attachment {file})"
HIDDEN: Final[Counted] = (
    {
        "sv": "Ett inlägg är inte till er. Det räknas här så att ni kan se att inget fattas.",
        "en": "One entry is not for you. It is counted here so that you can see that nothing is missing.",
    },
    {
        "sv": "{count} inlägg är inte till er. De räknas här så att ni kan se att inget fattas.",
        "en": "{count} entries are not for you. They are counted here so that you can see that nothing is missing.",
    },
)
BUNDLE: Final[Words] = {
    "sv": "Bilagan {file} är samma sak för en dator: med den kan ni bevisa att inget fattas eller är ändrat.",
    "en": "The attachment {file} is the same for a computer: with it you can prove that nothing is missing or changed.",
}

FORGET: Final[Words] = {"sv": "Raderat", "en": "Erased"}
SINCE: Final[Words] = {"sv": "Sedan", "en": "Since"}
URGENCY: Final[Words] = {"sv": "Hur bråttom", "en": "Urgency"}
URGENCIES: Final[Mapping[int, Words]] = {
    1: {"sv": "1 av 4, mest bråttom", "en": "1 of 4, most urgent"},
    2: {"sv": "2 av 4", "en": "2 of 4"},
    3: {"sv": "3 av 4", "en": "3 of 4"},
    4: {"sv": "4 av 4, minst bråttom", "en": "4 of 4, least urgent"},
}
PLACES: Final[Words] = {"sv": "Var, och hur många rapporter", "en": "Where, and how many reports"}
PROMISES: Final[Mapping[str, Words]] = {
    "acknowledge": {"sv": "Säg att ni har ärendet senast", "en": "Say that you have the case by"},
    "next_update": {"sv": "Nästa besked senast", "en": "Next word by"},
    "resolve": {"sv": "Löst senast", "en": "Solved by"},
    "public_sentence": {"sv": "Kommunen informerar senast", "en": "The municipality informs by"},
}
PAUSED: Final[Words] = {"sv": "tiden står still", "en": "the time stands still"}
EARLIER: Final[Words] = {"sv": "Har haft ärendet", "en": "Had the case"}
ALONGSIDE: Final[Words] = {"sv": "Har ärendet också", "en": "Has the case too"}
REFERENCE: Final[Words] = {"sv": "Er beteckning", "en": "Your reference"}

SPOT: Final[Words] = {"sv": "Rum eller enhet", "en": "Room or device"}
MORE_SPOTS: Final[Words] = {"sv": "och {count} till i bilagan", "en": "and {count} more in the attachment"}
REPORTER: Final[Words] = {"sv": "Den som rapporterade", "en": "Who reported it"}
YOU: Final[Words] = {"sv": "Ni", "en": "You"}
US: Final[Words] = {"sv": "Eskalera", "en": "Eskalera"}
SOMEBODY: Final[Words] = {"sv": "Kommunen", "en": "The municipality"}

HOW: Final[Words] = {
    "sv": "Så svarar ni: börja svaret med ett av orden här, på en egen rad eller med kolon efter.",
    "en": "How to reply: begin with one of these words, on a line of its own or with a colon after it.",
}
KEYWORDS: Final[tuple[tuple[str, Words], ...]] = (
    ("OK", {"sv": "ni har tagit emot ärendet", "en": "you have received the case (also ACK)"}),
    ("PÅGÅR", {"sv": "ni arbetar med det", "en": "you work on it (also WORKING)"}),
    ("VÄNTAR", {"sv": "ni väntar på något", "en": "you wait for something (also WAITING)"}),
    ("FRÅGA", {"sv": "ni behöver veta något", "en": "you need to know something (also QUESTION)"}),
    ("KLART", {"sv": "felet är löst; skriv vad ni gjorde", "en": "it is solved; say what you did (also SOLVED)"}),
    ("RETUR", {"sv": "ärendet är inte ert; skriv varför", "en": "it is not yours; say why (also RETURN)"}),
)
_OF_PART: Final[Mapping[str, Words]] = {
    "KLART": {"sv": "er del är klar; skriv vad ni gjorde", "en": "your part is done; say what you did (also SOLVED)"},
    "RETUR": {"sv": "delen är inte er; skriv varför", "en": "the part is not yours; say why (also RETURN)"},
}
KEYWORDS_OF_PART: Final = tuple((word, _OF_PART.get(word, means)) for word, means in KEYWORDS)
"""For a vendor beside the one that leads the case."""
OTHERWISE: Final[Words] = {
    "sv": "Utan något av orden blir svaret ett inlägg i ärendet. Bilder, PDF, text och Office-dokument följer med.",
    "en": "Without any of them the reply is an entry in the case. Pictures, PDF, text and office documents come along.",
}
FOOTER: Final[Words] = {
    "sv": "Svara från {mailbox} och ändra inte adressen som svaret går till.",
    "en": "Reply from {mailbox}, and leave the address that the reply goes to as it is.",
}
FOOTER_DOMAIN: Final[Words] = {
    "sv": "Svara från en adress hos {mailbox} och ändra inte adressen som svaret går till.",
    "en": "Reply from an address at {mailbox}, and leave the address that the reply goes to as it is.",
}
