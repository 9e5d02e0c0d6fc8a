"""What mails say: plain Swedish first, English beside. `{…}` are filled in by `letters`.

By occasion, and where it differs by its detail too: `decided.yes`, `stage.changed`.
"""

from typing import Final

from contracts.events.notifier import Occasion
from contracts.values import Words

SUBJECTS: Final[dict[str, Words]] = {
    "filed": {
        "sv": "Vi har fått ditt ärende {number}",
        "en": "We have got your case {number}",
    },
    "handed_over": {
        "sv": "{party} har nu ditt ärende {number}",
        "en": "{party} now has your case {number}",
    },
    "question": {
        "sv": "Vi behöver ditt svar om ärende {number}",
        "en": "We need your answer about case {number}",
    },
    "resolved": {
        "sv": "Fungerar det nu? Ditt ärende {number} är löst",
        "en": "Does it work now? Your case {number} is solved",
    },
    "reopened": {
        "sv": "Ditt ärende {number} är öppnat igen",
        "en": "Your case {number} is open again",
    },
    "reminded": {
        "sv": "Påminnelse om ärende {number}",
        "en": "A reminder of case {number}",
    },
    "passed_on": {
        "sv": "Ärende {number} har gått vidare till er",
        "en": "Case {number} has been passed on to you",
    },
    "acknowledge": {
        "sv": "Säg till att ni har ärende {number}",
        "en": "Please say that you have case {number}",
    },
    "informed": {
        "sv": "För kännedom: {party} har ärende {number}",
        "en": "For your information: {party} has case {number}",
    },
    "asked_further": {
        "sv": "Någon ber att ärende {number} går vidare",
        "en": "Somebody asks that case {number} goes further",
    },
    "wrote": {
        "sv": "Nytt från den som anmält: ärende {number}",
        "en": "New from who reported it: case {number}",
    },
    "major": {
        "sv": "Stor störning: ärende {number}",
        "en": "Major disruption: case {number}",
    },
    "decided.yes": {
        "sv": "Ja till {number}",
        "en": "Yes to {number}",
    },
    "decided.no": {
        "sv": "Nej till {number}",
        "en": "No to {number}",
    },
    "decided.later": {
        "sv": "Beslut senare om {number}",
        "en": "{number} will be decided later",
    },
    "decided.yes.changed": {
        "sv": "Beslutet är ändrat: ja till {number}",
        "en": "The decision has changed: yes to {number}",
    },
    "decided.no.changed": {
        "sv": "Beslutet är ändrat: nej till {number}",
        "en": "The decision has changed: no to {number}",
    },
    "decided.yes.stands": {
        "sv": "Beslutet står fast, med ett nytt skäl: ja till {number}",
        "en": "The decision stands, with another reason: yes to {number}",
    },
    "decided.no.stands": {
        "sv": "Beslutet står fast, med ett nytt skäl: nej till {number}",
        "en": "The decision stands, with another reason: no to {number}",
    },
    "decided.later.changed": {
        "sv": "Beslutet är ändrat: {number} tas upp igen senare",
        "en": "The decision has changed: {number} will be decided later",
    },
    "stage.approved": {
        "sv": "Din beställning {number} är godkänd",
        "en": "Your order {number} is approved",
    },
    "stage.shipped": {
        "sv": "Din beställning {number} är skickad",
        "en": "Your order {number} was shipped",
    },
    "stage.received": {
        "sv": "Stämmer den? Din beställning {number} är framme",
        "en": "Is it right? Your order {number} is here",
    },
    "stage.changed": {
        "sv": "Din beställning {number} är ändrad",
        "en": "Your order {number} was changed",
    },
    "stage.discrepancy": {
        "sv": "Leveransen stämmer inte med din beställning {number}",
        "en": "The delivery differs from your order {number}",
    },
    "stage.declined": {
        "sv": "Din beställning {number} är avslagen",
        "en": "Your order {number} was declined",
    },
}
OPENINGS: Final[dict[str, Words]] = {
    "filed": {
        "sv": "Vi har fått ditt ärende och börjar med det.",
        "en": "We have got your case and are starting on it.",
    },
    "handed_over": {
        "sv": "Vi skickar ditt ärende till {party}, som arbetar vidare med det. De får hela historiken.",
        "en": "We are sending your case to {party}, who work on with it. They get the whole history.",
    },
    "question": {
        "sv": "{party} arbetar med ditt ärende och frågar dig:",
        "en": "{party} work on your case and ask you:",
    },
    "resolved": {
        "sv": "Ärendet är löst, så vitt vi vet.",
        "en": "The case is solved, as far as we know.",
    },
    "reopened": {
        "sv": "Ärendet var inte löst ändå, så vi arbetar vidare med det.",
        "en": "The case was not solved after all, so we go on working on it.",
    },
    "reminded": {
        "sv": "Ärendet ligger hos {party} och behöver någon som tar tag i det.",
        "en": "The case is with {party} and needs somebody to take it in hand.",
    },
    "passed_on": {
        "sv": "Ni har ärendet nu, med hela historiken.",
        "en": "You have the case now, with its whole history.",
    },
    "acknowledge": {
        "sv": "Ärendet ligger hos er, men ingen har sagt att ni har det.",
        "en": "The case is with you, but nobody has said that you have it.",
    },
    "informed": {
        "sv": "Ärendet gick direkt till {party}. Du behöver inte göra något nu.",
        "en": "The case went straight to {party}. There is nothing you have to do now.",
    },
    "asked_further": {
        "sv": "Ärendet ligger hos {party}. Anmälaren eller skolans IT-ansvariga vill att det går vidare.",
        "en": "The case is with {party}. Its reporter or the school's IT lead wants it to go further.",
    },
    "wrote": {
        "sv": "Den som anmälde har skrivit i ärendet, som ligger hos {party}.",
        "en": "Whoever reported it has written in the case, which is with {party}.",
    },
    "major": {
        "sv": "Många är drabbade. Ärendet ligger hos {party}.",
        "en": "Many are hit. The case is with {party}.",
    },
    "decided.yes": {
        "sv": "Det du frågade efter har fått beslutet ja. Så här motiveras det:",
        "en": "What you asked for was decided: yes. This is why:",
    },
    "decided.no": {
        "sv": "Det du frågade efter har fått beslutet nej. Så här motiveras det:",
        "en": "What you asked for was decided: no. This is why:",
    },
    "decided.later": {
        "sv": "Det du frågade efter tas upp igen senare. Så här motiveras det:",
        "en": "What you asked for comes up again later. This is why:",
    },
    "decided.yes.changed": {
        "sv": "Det du frågade efter hade fått nej. Det är ändrat till ja, och det gäller nu. Så här motiveras det:",
        "en": "What you asked for had been decided: no. That has changed to yes, which holds now. This is why:",
    },
    "decided.no.changed": {
        "sv": "Det du frågade efter hade fått ja. Det är ändrat till nej, och det gäller nu. Så här motiveras det:",
        "en": "What you asked for had been decided: yes. That has changed to no, which holds now. This is why:",
    },
    "decided.yes.stands": {
        "sv": "Det du frågade efter har fortfarande beslutet ja. Skälet är ett annat än förut:",
        "en": "What you asked for is still decided: yes. The reason is another than before:",
    },
    "decided.no.stands": {
        "sv": "Det du frågade efter har fortfarande beslutet nej. Skälet är ett annat än förut:",
        "en": "What you asked for is still decided: no. The reason is another than before:",
    },
    "decided.later.changed": {
        "sv": "Beslutet om det du frågade efter gäller inte längre: det tas upp igen senare. Så här motiveras det:",
        "en": "The decision on what you asked for holds no more: it comes up again later. This is why:",
    },
    "stage.approved": {
        "sv": "Din beställning är godkänd av {party}.",
        "en": "Your order was approved by {party}.",
    },
    "stage.shipped": {
        "sv": "Din beställning är på väg.",
        "en": "Your order is on its way.",
    },
    "stage.received": {
        "sv": "Leveransen är framme.",
        "en": "The delivery is here.",
    },
    "stage.changed": {
        "sv": "Din beställning är ändrad av {party}. Så här är den ändrad:",
        "en": "Your order was changed by {party}. This is the change:",
    },
    "stage.discrepancy": {
        "sv": "Det som kom är inte det du beställde. Vi tar hand om det.",
        "en": "What came is not what you ordered. We take care of it.",
    },
    "stage.declined": {
        "sv": "Det blir inget av din beställning. Så här skriver den som har beslutat det:",
        "en": "Nothing comes of your order. Whoever decided that writes:",
    },
}
CLOSINGS: Final[dict[str, Words]] = {
    "filed": {
        "sv": "Du behöver inte göra något mer. Vi mejlar när något viktigt händer. På ärendets sida ser du vem som har "
        "det nu.",
        "en": "There is nothing more to do. We e-mail you when something important happens. The page of the case says "
        "who has it now.",
    },
    "handed_over": {
        "sv": "Ärendet är fortfarande vårt: vi följer det tills det är löst. På sidan ser du hela vägen.",
        "en": "The case is still ours: we follow it until it is solved. The page shows all of its way.",
    },
    "question": {
        "sv": "Svara på ärendets sida, så går svaret direkt till dem som frågar.",
        "en": "Answer on the page of the case, and it goes straight to those who ask.",
    },
    "resolved": {
        "sv": "Fungerar det nu? Säg det på ärendets sida: välj ”Fungerar nu” eller ”Fortfarande fel?”. Hör vi inget "
        "avslutas ärendet av sig självt.",
        "en": "Does it work now? Tell us on the page of the case: choose “It works now” or “Still wrong?”. If we hear "
        "nothing the case closes by itself.",
    },
    "reopened": {
        "sv": "Du behöver inte göra något. Vi frågar dig igen när det är löst. På ärendets sida ser du vem som har det "
        "nu.",
        "en": "There is nothing you have to do. We ask you again when it is solved. The page of the case says who has "
        "it now.",
    },
    "reminded": {
        "sv": "På ärendets sida ser du vad som har hänt, och vart det går härnäst om ingen gör något.",
        "en": "The page of the case shows what has happened, and where it goes next if nobody does anything.",
    },
    "passed_on": {
        "sv": "Välj ”Jag tar det” på ärendets sida, så vet alla att det är sett.",
        "en": "Choose “I'll take it” on the page of the case, and everybody knows that it is seen.",
    },
    "acknowledge": {
        "sv": "Välj ”Jag tar det” på ärendets sida. Annars går det vidare.",
        "en": "Choose “I'll take it” on the page of the case. Otherwise it goes further.",
    },
    "informed": {
        "sv": "På ärendets sida kan du följa det.",
        "en": "You can follow it on the page of the case.",
    },
    "asked_further": {
        "sv": "På ärendets sida står varför. Där kan du skicka det vidare eller svara.",
        "en": "The page of the case says why. There you can pass it on or answer.",
    },
    "wrote": {
        "sv": "Orden står på ärendets sida, där du svarar. Skrivs det mer inom timmen får du inget nytt mejl.",
        "en": "The words are on the page of the case, where you answer. For more within the hour there is no new mail.",
    },
    "major": {
        "sv": "Skriv på ärendets sida vad störningen gäller, så att alla som drabbas kan läsa det.",
        "en": "Write on the page of the case what the disruption is about, so that everybody who is hit can read it.",
    },
    "decided": {
        "sv": "På ärendets sida ser du allt som är sagt om det. Har du något att lägga till, skriv det där.",
        "en": "The page of the case shows all that was said of it. If you have something to add, write it there.",
    },
    "stage": {
        "sv": "På ärendets sida ser du var beställningen är. Är något fel, skriv det där.",
        "en": "The page of the case shows where the order is. If something is wrong, write it there.",
    },
    "stage.received": {
        "sv": "Stämmer leveransen med det du beställde? Säg det på ärendets sida.",
        "en": "Is the delivery what you ordered? Tell us on the page of the case.",
    },
}
TO_STAFF: Final[frozenset[Occasion]] = frozenset(
    {"reminded", "passed_on", "acknowledge", "informed", "asked_further", "major", "wrote"}
)
"""These link to the page of the desk."""
LATE_SUBJECT: Final[Words] = {
    "sv": "Vi har fått ditt ärende {number}. Fungerar det nu?",
    "en": "We have got your case {number}. Does it work now?",
}
LATE_OPENING: Final[Words] = {
    "sv": "Vi har fått ditt ärende. Samma problem är redan anmält, och det är löst, så vitt vi vet{since}.",
    "en": "We have got your case. The same problem was reported already, and it is solved, as far as we know{since}.",
}
"""To who reports what was solved already: receipt and question in one."""
PLANNED_OPENING: Final[Words] = {
    "sv": "Vi har fått ditt ärende. Det pågår ett planerat arbete till {until}:",
    "en": "We have got your case. Planned work is going on until {until}:",
}
"""To who reports what planned work explains (V10): which it is and until when is the rest of it."""
PLANNED_CLOSING: Final[Words] = {
    "sv": "Fungerar det inte när arbetet är klart går ärendet vidare av sig självt. Fungerar det tidigare får du gärna "
    "säga det på ärendets sida.",
    "en": "If it does not work when the work is done, the case goes on by itself. If it works sooner, please say so on "
    "the page of the case.",
}
UNTIL: Final[Words] = {"sv": "{day} kl. {time}", "en": "{day} at {time}"}
SINCE: Final[Words] = {"sv": ", sedan {day} kl. {time}", "en": ", since {day} at {time}"}
SEVERAL: Final[Words] = {"sv": "{number} och {more} till", "en": "{number} and {more} more"}
GREETING: Final[Words] = {"sv": "Hej {name}!", "en": "Hello {name},"}
SOMEBODY: Final[Words] = {"sv": "Leverantören", "en": "The vendor"}
"""A party that the directory names no longer."""
WE: Final[Words] = {"sv": "kommunens IT-stöd", "en": "the municipality's IT support"}
YOU: Final[Words] = {"sv": "dig", "en": "you"}
EXPECTED: Final[Words] = {"sv": " Väntas senast {day}.", "en": " Expected by {day}."}
MUNICIPALITY: Final[Words] = {"sv": "din kommun", "en": "your municipality"}
FOOTER: Final[Words] = {
    "sv": "Det här mejlet skickas automatiskt från {municipality}. Svar på det läses inte: skriv på ärendets sida.",
    "en": "This e-mail is sent automatically by {municipality}. Replies to it are not read: write on the page of the "
    "case.",
}
