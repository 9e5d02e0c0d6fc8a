"""Why something that came from a vendor was not taken, as people read it.

The bridge answers in English, for a vendor's engineer, and so it stands in the log and travels in events. What the
vendor itself wrote there, a field's name or a word in quotes, stays as it is.
"""

from typing import Final

from contracts.phrases import in_swedish, phrases
from contracts.values import Words

HELD_BACK: Final = "Taken, and held back until staff look at it: "
"""So begins what a mail is answered that waits for somebody …"""
THROWN_AWAY: Final = "Taken, looked at by staff, and thrown away: "
"""… and what is said of it when they found that it is not the vendor's."""
RIGHT_KEY: Final = "the key is right, but "
"""So begins what is said of a message that the vendor's key signed, at another time than it came."""
_KNOWN: Final = phrases(
    (
        r"There is no such file(?: or hand-off|, hand-off or reported ticket) on this connection\.",
        "Anslutningen har ingen sådan fil, eller ärendet.",
    ),
    (
        r"The body of the request came too slowly, or stopped coming\. Send it again\.",
        "Innehållet kom för långsamt, eller slutade komma. Samma sak går att skicka igen.",
    ),
    (
        r"There is no such (?:hand-off|trouble ticket|service problem|ticket)(?: on this connection)?\.",
        "Anslutningen har inget sådant ärende.",
    ),
    (r"There is no such listener on this connection\.", "Anslutningen har ingen sådan prenumeration."),
    (r"This connection reported no such thing\.", "Anslutningen har inte anmält något sådant."),
    (r"There is nothing at this address\.", "Det finns inget på den adressen."),
    (r"This is not done at this address\.", "Det går inte att göra på den adressen."),
    (r"There is no such page for you\.", "Den sidan finns inte för er."),
    (r"The form is too old, or not ours\.", "Formuläret var för gammalt."),
    (r"Show the connection's token\.", "Anslutningens nyckel saknades eller gäller inte."),
    (r"The connection (\S+) does not talk by TM Forum's APIs\.", "Anslutningen {0} använder inte TM Forums API."),
    (
        r"The connection sends more than it may; send the same again later\.",
        "Anslutningen skickar mer än den får. Samma sak går att skicka igen senare.",
    ),
    (
        r"The body is not sent as JSON: say content-type: application/json\.",
        "Innehållet skickades inte som JSON (content-type: application/json).",
    ),
    (r"Send (.+)\.", "Innehållet ska skickas som {0}."),
    (r"(?:The body is larger than|A body has at most) (\d+) kB\.", "Innehållet är större än {0} kB."),
    (r"The body is not JSON, or is nested too deeply\.", "Innehållet är inte JSON, eller har för många nivåer."),
    (
        r"The header webhook-id is to have at most (\d+) characters, all of them printable\.",
        "webhook-id får ha högst {0} tecken som går att skriva ut.",
    ),
    (
        r"This webhook-id was another message's, which was taken: give each message an id of its own\.",
        "Samma webhook-id hörde till ett annat meddelande, som är mottaget. Varje meddelande ska ha ett eget.",
    ),
    (
        r"The signature(?: is missing, wrong or too old|, its time or its connection is not right)\.",
        "Signaturen saknas, är fel eller för gammal.",
    ),
    (r"there is no (webhook-\w+)", "{0} saknas."),
    (
        r"webhook-timestamp is no number of seconds since 1970",
        "webhook-timestamp är inget antal sekunder sedan 1970.",
    ),
    (
        rf"(?:{RIGHT_KEY})?webhook-timestamp is (\S+) seconds ahead of our clock; five minutes are allowed",
        "webhook-timestamp är {0} sekunder före vår klocka. Fem minuter är tillåtet.",
    ),
    (
        rf"(?:{RIGHT_KEY})?webhook-timestamp is (\S+) seconds behind our clock; five minutes are allowed",
        "webhook-timestamp är {0} sekunder efter vår klocka. Fem minuter är tillåtet.",
    ),
    (
        r"webhook-signature has none that begins with v1,",
        "webhook-signature har ingen signatur som börjar med v1,.",
    ),
    (
        r"this installation has no valid secret for the connection",
        "Anslutningen har ingen hemlig nyckel här som gäller.",
    ),
    (
        r"no valid secret of the connection made this webhook-signature over .+",
        "Signaturen är gjord med en annan nyckel, eller av andra byte än de som skickades.",
    ),
    (r"(\S+) unknown field", "{0}: fältet finns inte."),
    (r"(\S+) is required", "{0} saknas."),
    (r"(\S+) is empty", "{0} är tomt."),
    (r"(\S+) is no text", "{0} är ingen text."),
    (r"(\S+) has more than (\d+) characters", "{0} har fler än {1} tecken."),
    (r"(\S+) is none of the allowed values", "{0} har inget av de värden som finns."),
    (r"(\S+) is none of (?:the allowed values: )?(.+)", "{0} har inget av de värden som finns: {1}."),
    (r"(\S+) is not '(.+)'", "{0} är inte ”{1}”."),
    (r"(\S+) is no time such as (\S+?)\.?", "{0} är ingen tid som {1}."),
    (r"(\S+) stands there twice\.?", "{0} står där två gånger."),
    (r"(\S+) is no ticket of this hand-off", "{0} är inget av anmälningarna i ärendet."),
    (r"(\S+) is no entry of this hand-off's history", "{0} är inget inlägg i ärendets historik."),
    (r"(\S+) is more than two years away from now\.?", "{0} är mer än två år bort."),
    (r"(\S+) is to name one that this connection is of", "{0} ska vara en kommun som anslutningen hör till."),
    (r"is not (JSON|UTF-8)", "Innehållet är inte {0}."),
    (r"is no JSON object", "Innehållet är inget JSON-objekt."),
    (
        r"(.+) is nothing to filter or sort by\. Possible: (.+)\.",
        "Det går inte att filtrera eller sortera på {0}. Det här går: {1}.",
    ),
    (r"(.+) is no parameter here\.", "{0} går inte att ange här."),
    (r"fields: (.+) is no attribute of this resource\.", "fields: {0} finns inte."),
    (r"(.+) is no attribute of (?:this resource|a listener)\.", "{0} finns inte att ändra."),
    (r"(.+) cannot be changed here\. Possible: (.+)\.", "{0} går inte att ändra här. Det här går: {1}."),
    (r"(\S+) is compared by equality only\.", "{0} går bara att jämföra med likhet."),
    (r"(\S+) is no whole number of 0 or more\.", "{0} är inget heltal från 0."),
    (r"(\S+) is not served here: .+", "{0} finns inte här."),
    (r"(.+) is no state\. Possible: (.+)\.", "{0} är inget läge. Det här går: {1}."),
    (r"The (?:ticket|problem) has changed since: read it again\.", "Ärendet har ändrats sedan det lästes."),
    (r"The ticket is (\w+)\. .*Notes are (?:still )?taken\.", "Ärendet är {0}. Anteckningar går fortfarande bra."),
    (r"The problem is solved: .+", "Ärendet är redan löst. Anteckningar går fortfarande bra."),
    (r"Missing: (.+)\.", "Det saknas: {0}."),
    (r"status cannot be taken away\.", "status går inte att ta bort."),
    (
        r"(note|attachment) is a list\. .+",
        "{0} är en lista. Den går att lägga till i, men inget går att ta bort.",
    ),
    (
        r"The note (.+) is there already, and a note is never changed\.",
        "Anteckningen {0} finns redan och ändras inte.",
    ),
    (
        r"The patch cannot be applied to this resource\.",
        "Ändringen går inte att göra: den passar inte ärendet som det är.",
    ),
    (
        r"A test of the patch does not hold: the resource has changed\.",
        "Ändringen går inte att göra: ärendet har ändrats.",
    ),
    (r"it does not come from the vendor's mailbox", "Avsändaren är inte leverantörens e-postadress."),
    (r"the vendor is not reached by mail any more", "Leverantören nås inte längre med e-post."),
    (r"our mail server found the sender forged", "E-postservern säger att avsändaren är förfalskad."),
    (r"Too many mails about this case, try again later", "Det kom för mycket e-post om ärendet på kort tid."),
    (r"Error: Too much mail data|Line too long", "Det är för stort."),
)


def of_mail(reason: str) -> str:
    """What became of a mail: `mail` (not taken), `mail_held` (it waits for staff), `mail_thrown`."""
    if reason.startswith(HELD_BACK):
        return "mail_held"
    return "mail_thrown" if reason.startswith(THROWN_AWAY) else "mail"


def in_words(reason: str) -> Words | None:
    """In both languages, as pages name things; None where nobody has put a part of it into Swedish.

    Of a mail that is or was held back only why: that it waits, and for whom, is for the page to say to its readers.
    """
    if (why := reason.removeprefix(HELD_BACK).removeprefix(THROWN_AWAY)) != reason:
        swedish_why = in_swedish(why, _KNOWN)
        return {"sv": swedish_why, "en": f"{why[:1].upper()}{why[1:]}."} if swedish_why else None
    parts = [reason] if in_swedish(reason, _KNOWN) else reason.split("; ")  # several faults are answered in a row
    swedish = [in_swedish(part, _KNOWN) for part in parts]
    english = reason.removeprefix(RIGHT_KEY)  # for the page to say, too
    return {"sv": " ".join(filter(None, swedish)), "en": english.replace("hand-off", "case")} if all(swedish) else None
