"""Why something that came from a vendor was not taken, as people read it.

The bridge answers in English, for a vendor's engineer, and so it stands in the log and travels in events. What the
vendor itself wrote there, a field's name or a word in quotes, stays as it is.
"""

import re
from typing import Final

from contracts import reasons
from contracts.phrases import in_swedish, phrases
from contracts.values import Words

_IT: Final = r"(\S+|The body)"
HELD_BACK: Final = "Taken, and held back until staff look at it: "
"""So begins what a mail is answered that waits for somebody …"""
THROWN_AWAY: Final = "Taken, looked at by staff, and thrown away: "
"""… and what is said of it when they found that it is not the vendor's."""
RIGHT_KEY: Final = "the key is right, but "
"""So begins what is said of a message that the vendor's key signed, at another time than it came."""
_FILE: Final = r"(?:attachment: |/\S+ )?(A file|File \d+)"
_KNOWN: Final = phrases(
    (rf"{_FILE} is empty\. .+", "{0} är tom. Välj filen igen."),
    (rf"{_FILE} is too large\. A file may be (\d+) MB at most\.", "{0} är för stor. En fil får vara högst {1} MB."),
    (
        rf"{_FILE} is of a kind that is not taken\. .+",
        "{0} är av en sort som inte tas emot. Skicka en bild, PDF, text eller ett Office-dokument utan makron.",
    ),
    (rf"{_FILE} is something else than its name says\. .+", "{0} är något annat än namnet säger."),
    (rf"{_FILE} cannot be read\. .+", "{0} går inte att läsa. Öppna filen, spara om den och skicka den igen."),
    (rf"{_FILE} has too many pixels\. .+", "{0} har för många bildpunkter. Skicka en mindre bild."),
    (rf"{_FILE} grows too large when it is opened\. .+", "{0} blir för stor när den öppnas. Skicka den som PDF."),
    (
        rf"{_FILE} holds a program .+",
        "{0} innehåller ett program (makron eller inbäddade filer). Skicka den som PDF.",
    ),
    (rf"{_FILE} fetches something from elsewhere .+", "{0} hämtar något utifrån när den öppnas. Skicka den som PDF."),
    (rf"{_FILE} is only a link\. .+", "{0} finns bara som länk. Skicka med själva filen."),
    (r"(?:attachment: |/\S+ )?Send (\d+) files at a time at most\.", "Högst {0} filer går att skicka åt gången."),
    (
        r"(?:attachment: |/\S+ )?The case holds as many files as it can \((\d+) MB\) already\. .+",
        "Ärendet har redan så många filer som ryms ({0} MB).",
    ),
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
        r"The connection sends more than it may; send the same again later\. (\d+) more were answered so .+\.",
        "Anslutningen skickar mer än den får. {0} till avvisades så sedan raden före. De går att skicka igen senare.",
    ),
    (
        r"The body is not sent as JSON: say content-type: application/json\.",
        "Innehållet skickades inte som JSON (content-type: application/json).",
    ),
    (r"Send (.+)\.", "Innehållet ska skickas som {0}."),
    (r"(?:The body is larger than|A body has at most) (\d+) kB\.", "Innehållet är större än {0} kB."),
    (r"The body is not JSON, or is nested too deeply\.", "Innehållet är inte JSON, eller har för många nivåer."),
    (r"The body is nested too deeply\.", "Innehållet har för många nivåer."),
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
    (r"(\S+) is (?:required|missing)\.?", "{0} saknas."),
    (r"fields names no attribute: leave it out for all of them\.?", "fields nämner inget fält: utelämna det för alla."),
    (r"(\S+) unknown field", "{0}: fältet finns inte."),
    (rf"{_IT} is empty", "{0} är tomt."),
    (rf"{_IT} is no text\.?", "{0} är ingen text."),
    (rf"{_IT} has more than (\d+) (?:characters|bytes)", "{0} har fler än {1} tecken."),
    (rf"{_IT} has fewer than (\d+) (?:characters|bytes)", "{0} har färre än {1} tecken."),
    (rf"{_IT} has more than (\d+) entries", "{0} har fler än {1} värden."),
    (rf"{_IT} has fewer than (\d+) entries", "{0} har färre än {1} värden."),
    (rf"{_IT} is none of the allowed values", "{0} har inget av de värden som finns."),
    (
        rf"{_IT} is none of (?:the allowed values: )?(.+)",
        "{0} har inget av de värden som finns: {1}.",
    ),
    (rf"{_IT} is not '(.+)'", "{0} är inte ”{1}”."),
    (rf"{_IT} is not (JSON|UTF-8)\.?", "{0} är inte {1}."),
    (rf"{_IT} is not (\S+)", "{0} är inte {1}."),
    (rf"{_IT} is no JSON object\.?", "{0} är inget JSON-objekt."),
    (rf"{_IT} is nested too deeply", "{0} har för många nivåer."),
    (rf"{_IT} is no whole number", "{0} är inget heltal."),
    (rf"{_IT} is no number", "{0} är inget tal."),
    (rf"{_IT} is neither true nor false", "{0} är varken true eller false."),
    (rf"{_IT} is no list", "{0} är ingen lista."),
    (rf"{_IT} is no base64\.?", "{0} är inte base64."),
    (rf"{_IT} is no UUID", "{0} är inget UUID."),
    (rf"{_IT} is no time of day such as (\S+)", "{0} är inget klockslag som {1}."),
    (rf"{_IT} is no time such as (\S+?)\.?", "{0} är ingen tid som {1}."),
    (rf"{_IT} is no date such as (\S+)", "{0} är inget datum som {1}."),
    (rf"{_IT} is no length of time such as (\S+)", "{0} är ingen tidslängd som {1}."),
    (rf"{_IT} is no address such as (\S+)", "{0} är ingen adress som {1}."),
    (rf"{_IT} is no address\.?", "{0} är ingen adress."),
    (rf"{_IT} is too large a number", "{0} är ett för stort tal."),
    (rf"{_IT} is not written in the form that is wanted here", "{0} är inte skrivet som det ska vara här."),
    (rf"{_IT} is not what is wanted here", "{0} är inte vad som ska stå här."),
    (rf"{_IT} has no offset from UTC, such as (\S+)", "{0} säger inte hur långt från UTC, som {1}."),
    (rf"{_IT} contains half of a surrogate pair", "{0} har ett tecken som inte går att läsa."),
    (
        rf"{_IT} must not contain the character U\+0000\.?",
        "{0} har ett tecken som inte går att läsa (U+0000).",
    ),
    (rf"{_IT} must be 1 to (\d+) printable characters", "{0} ska vara 1 till {1} tecken som går att läsa."),
    (rf"{_IT} must be null", "{0} ska vara null."),
    (rf"{_IT} must be more than (\S+)", "{0} ska vara mer än {1}."),
    (rf"{_IT} must be at least (\S+)", "{0} ska vara minst {1}."),
    (rf"{_IT} must be less than (\S+)", "{0} ska vara mindre än {1}."),
    (rf"{_IT} must be at most (\S+)", "{0} ska vara högst {1}."),
    (rf"{_IT} must be a multiple of (\S+)", "{0} ska vara delbart med {1}."),
    (r"(\S+) stands there twice\.?", "{0} står där två gånger."),
    (r"(\S+) is no ticket of this hand-off", "{0} är inget av anmälningarna i ärendet."),
    (r"(\S+) is no entry of this hand-off's history", "{0} är inget inlägg i ärendets historik."),
    (r"(\S+) is more than two years away from now\.?", "{0} är mer än två år bort."),
    (r"(\S+) is to name one that this connection is of", "{0} ska vara en kommun som anslutningen hör till."),
    (
        r"(.+) is nothing to filter or sort by\. Possible: (.+)\.",
        "Det går inte att filtrera eller sortera på {0}. Det här går: {1}.",
    ),
    (r"(.+) is no parameter here\.", "{0} går inte att ange här."),
    (r"fields: (.+) is no attribute of this resource\.", "fields: {0} finns inte."),
    (r"(.+) is no attribute of (?:this resource|a listener)\.", "Fältet {0} finns inte."),
    (r"query: at most (\d+) characters\.", "query får ha högst {0} tecken."),
    (r"query: write it such as (\S+)\.", "query ska skrivas som {0}."),
    (r"query: (.+) is no event\. Possible: (.+)\.", "query: {0} är ingen händelse. Det här går: {1}."),
    (
        r"callback is required: an address of at most (\d+) characters\.",
        "callback saknas: en adress på högst {0} tecken.",
    ),
    (
        r"callback is an address without user, password and spaces\.",
        "callback ska vara en adress utan användare, lösenord och mellanslag.",
    ),
    (
        r"The connection has (\d+) listeners already: take one away first\.",
        "Anslutningen har {0} prenumerationer redan: ta bort en först.",
    ),
    (r"This callback listens to this already\.", "Den adressen prenumererar redan på det här."),
    (r"More than (\d+) filters\.", "Det är fler än {0} filter."),
    (r"At most (\d+) notes at a time\.", "Högst {0} anteckningar går på en gång."),
    (r"A note has a text\.", "En anteckning ska ha en text."),
    (
        r"A note has id, author, date and text, and nothing else\.",
        "En anteckning har id, author, date och text, inget annat.",
    ),
    (
        r"A note's id is a text of 1 to (\d+) printable characters\.",
        "En antecknings id är en text på 1 till {0} tecken som går att skriva ut.",
    ),
    (r"An attachment has (.+), and nothing else\.", "En bilaga har {0}, inget annat."),
    (
        r"A JSON patch is a list of at most (\d+) operations\.",
        "En JSON patch är en lista på högst {0} ändringar.",
    ),
    (r"An operation is one of (.+)\.", "En ändring är en av {0}."),
    (r"(\S+): nothing that stands in it is taken away\.", "{0}: det som står där går inte att ta bort."),
    (r"(\S+) cannot be taken away: give another\.", "{0} går inte att ta bort, bara att byta."),
    (
        r"pending: say what you need, in statusChangeReason or in a note\.",
        "pending: skriv vad ni behöver veta, i statusChangeReason eller i en anteckning.",
    ),
    (r"(\w+) is a list of objects\.", "{0} är en lista av objekt."),
    (r"(\w+) has more than (\d+) objects\.", "{0} har fler än {1} objekt."),
    (r"(\w+) has id, name, role and href, and nothing else\.", "{0} har id, name, role och href, inget annat."),
    (r"(\w+) has an id or a name each\.", "{0} ska ha ett id eller ett namn i varje objekt."),
    (r"(\w+): a text has more than (\d+) characters\.", "{0}: en text har fler än {1} tecken."),
    (r"(\w+): href is no address\.", "{0}: href är ingen adress."),
    (r"externalIdentifier is a list of (.+)\.", "externalIdentifier är en lista av {0}."),
    (r"externalIdentifier: give one number of your own\.", "externalIdentifier: ange ett eget nummer."),
    (r"(.+) cannot be changed here\. Possible: (.+)\.", "{0} går inte att ändra här. Det här går: {1}."),
    (r"(\S+) is compared by equality only\.", "{0} går bara att jämföra med likhet."),
    (r"(\S+) is no whole number of 0 or more\.", "{0} är inget heltal från 0."),
    (r"(\S+) is not served here: .+", "{0} finns inte här."),
    (r"(.+) is no state\. Possible: (.+)\.", "{0} är inget läge. Det här går: {1}."),
    (r"The (?:ticket|problem) has changed since: read it again\.", "Ärendet har ändrats sedan det lästes."),
    (r"The ticket is (\w+)\. .*Notes are (?:still )?taken\.", "Ärendet är {0}. Anteckningar går fortfarande bra."),
    (r"The problem is solved: .+", "Ärendet är redan löst. Anteckningar går fortfarande bra."),
    (r"Missing: (.+)\.", "Det saknas: {0}."),
    (
        r"status: the municipality closes a ticket, once those who .+ say that it works\. Propose it with resolved\.",
        "status: kommunen stänger ärendet när de som anmälde säger att det fungerar. Föreslå det med resolved.",
    ),
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
    (r"it could not be read: \w+", "Det gick inte att läsa."),
    (r"the hand-off is another connection's", "Ärendet är inte hos leverantören längre."),
    (r"the vendor is not reached by mail any more", "Leverantören nås inte längre med e-post."),
    (r"our mail server found the sender forged", "E-postservern säger att avsändaren är förfalskad."),
    (r"Too many mails about this case, try again later", "Det kom för mycket e-post om ärendet på kort tid."),
    (r"Error: Too much mail data|Line too long", "Det är för stort."),
)


_QUOTED: Final = re.compile(r"'([^']*)'")
_WORD: Final = r"(?:'[^']*'|[\w.+/-]+)"
_LIST: Final = re.compile(rf"({_WORD}(?:, {_WORD})*) or ({_WORD})")
_BODILESS: Final = re.compile(r"(?:is|has|must|contains) ")
_CALLBACK: Final = re.compile(r"callback: (.+)\.")
"""Why an address is not called, as `contracts.reasons` has it."""
_TECHNICAL: Final = re.compile(
    r"(?:^|\. )[^A-ZÅÄÖ]|(?<!\w)/\w|\w[./_]\w|(?!\bkB\b)\b\w*[a-zåäö][A-Z]|webhook-|JSON|U\+|UUID|base64|API|”"
    r"|\b(?:id|byte|Fältet|filtrera|filter|Det saknas|En ändring|ska skickas som)\b|Ärendet är (?!redan)"
)
"""Of the Swedish: a sentence that begins with a name, or has one in it, is for who wrote the vendor's program."""
_OPENINGS: Final = frozenset({"there", "this", "no", "it", "our", "the"})
"""Of sentences; what begins otherwise begins with a name, which stays as it is written."""


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
        return {"sv": swedish_why, "en": f"{_at_start(why)}."} if swedish_why else None
    reason = reason.removeprefix(RIGHT_KEY)  # for the page to say, too
    parts = [reason] if _in_swedish(reason) else reason.split("; ")  # several faults are answered in a row
    swedish = [_in_swedish(part) for part in parts]
    english = "; ".join(_at_start(_whole(part)) for part in parts).replace("hand-off", "case")
    return {"sv": " ".join(filter(None, swedish)), "en": english} if all(swedish) else None


def in_plain_words(reason: str) -> Words | None:
    """The same, where who does not know the vendor's protocol understands it: no pointer, no field, no value of it."""
    words = in_words(reason)
    return None if words is None or _TECHNICAL.search(words["sv"]) else words


def _in_swedish(part: str) -> str | None:
    if (why := _CALLBACK.fullmatch(part)) and (words := reasons.known(why[1])):
        return f"callback: {words['sv']}."
    return in_swedish(_whole(part), _KNOWN, _shown)


def _whole(part: str) -> str:
    """With what it is about, where that is all that was sent."""
    return f"The body {part}" if _BODILESS.match(part) else part


def _at_start(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:] if sentence.partition(" ")[0] in _OPENINGS else sentence


def _shown(group: str) -> str:
    """A list's English or is Swedish; the words in it stay as they were sent."""
    if group == "The body":
        return "Innehållet"
    if group == "A file" or group.startswith("File "):
        return group.replace("A file", "En fil").replace("File ", "Fil ")
    listed = _LIST.fullmatch(group)
    return _QUOTED.sub(r"”\1”", f"{listed[1]} eller {listed[2]}" if listed else group)
