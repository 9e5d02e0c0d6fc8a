"""Why a command is not carried out, in sentences for whoever asked."""

from contracts.events.routing import RefusalCode
from contracts.values import Words

REFUSALS: dict[RefusalCode, Words] = {
    "stale": {
        "sv": "Någon hann ändra ärendet före dig. Läs det igen och försök på nytt.",
        "en": "Somebody changed the case before you. Read it again and try once more.",
    },
    "unknown_incident": {
        "sv": "Det finns inget sådant ärende.",
        "en": "There is no such case.",
    },
    "unknown_party": {
        "sv": "Den mottagaren finns inte i kommunens katalog, eller kan inte ta emot ärendet så.",
        "en": "That recipient is not in the municipality's directory, or cannot take the case in this way.",
    },
    "wrong_state": {
        "sv": "Det går inte i det läge som ärendet har nu.",
        "en": "This cannot be done in the state that the case is in now.",
    },
    "open_questions": {
        "sv": "En fråga är obesvarad. Svara på den eller stäng den först, sedan går det.",
        "en": "A question is unanswered. Answer or close it first, then it can be done.",
    },
    "already_there": {
        "sv": "Ärendet ligger redan där.",
        "en": "The case is already there.",
    },
    "works_beside": {
        "sv": "Den leverantören arbetar redan med en del av ärendet. Ta tillbaka den delen först, sedan går det.",
        "en": "That vendor already works on a part of the case. Take that part back first, then it can be done.",
    },
    "not_held": {
        "sv": "Ingen leverantör har ärendet just nu.",
        "en": "No vendor has the case at the moment.",
    },
    "unknown_question": {
        "sv": "Det finns ingen sådan fråga att svara på eller stänga.",
        "en": "There is no such question to answer or close.",
    },
    "unknown_proposal": {
        "sv": "Det finns inget sådant förslag.",
        "en": "There is no such proposal.",
    },
    "unknown_ticket": {
        "sv": "Det finns inget sådant ärende att koppla.",
        "en": "There is no such case to link.",
    },
    "unknown_suggestion": {
        "sv": "Förslaget finns inte, eller har redan fått sitt svar.",
        "en": "There is no such suggestion, or it has had its answer.",
    },
    "unknown_service": {
        "sv": "Tjänsten finns inte i kommunens katalog.",
        "en": "The service is not in the municipality's directory.",
    },
    "alone": {
        "sv": "Något måste vara kvar i störningen: det går inte att ta bort alla ärenden ur den.",
        "en": "Something has to be left on the incident: not every case can be taken off it.",
    },
    "went_on": {
        "sv": "Anmälningarna har gått vidare i ett annat ärende. Öppna det i stället.",
        "en": "The reports went on in another case. Open that one instead.",
    },
    "nothing_left": {
        "sv": "Ingen anmälan är kvar i ärendet, så det finns inget att öppna igen.",
        "en": "No report is left on the case, so there is nothing to open again.",
    },
    "not_there": {
        "sv": "Ärendet är inte längre kopplat dit. Läs sidan igen.",
        "en": "The case is not linked there any more. Read the page again.",
    },
    "other_kind": {
        "sv": "Beställningar, behov och idéer kan inte kopplas till en störning.",
        "en": "Requests, needs and ideas cannot be linked to an incident.",
    },
    "same_urgency": {
        "sv": "Ärendet har redan den brådskan.",
        "en": "The case is that urgent already.",
    },
    "no_policy": {
        "sv": "Ärendet går inte vidare av sig självt, så det finns inget att stoppa.",
        "en": "The case does not go further by itself, so there is nothing to stop.",
    },
    "last_of_path": {
        "sv": "Samordnaren har ärendet, och efter samordnaren kommer ingen.",
        "en": "The coordinator has the case, and nobody comes after the coordinator.",
    },
    "other_turn": {
        "sv": "Ärendet har redan gått vidare, eller går nu till någon annan. Läs det igen och försök på nytt.",
        "en": "The case has gone further already, or goes to somebody else now. Read it again and try once more.",
    },
    "acknowledged": {
        "sv": "Ärendet är redan mottaget.",
        "en": "The case has been taken on already.",
    },
    "not_a_need": {
        "sv": "Bara behov och idéer samlas och beslutas.",
        "en": "Only needs and ideas are gathered and decided.",
    },
    "to_be_decided": {
        "sv": "Behov och idéer avslutas med ett beslut.",
        "en": "Needs and ideas end with a decision.",
    },
    "held_by_vendor": {
        "sv": "En leverantör har ärendet. Ta tillbaka det först, eller godkänn det som leverantören föreslår.",
        "en": "A vendor has the case. Take it back first, or accept what the vendor proposes.",
    },
    "unchanged": {
        "sv": "Så är det redan.",
        "en": "That is how it is already.",
    },
    "not_an_order": {
        "sv": "Bara beställningar har sådana steg.",
        "en": "Only orders have such stages.",
    },
    "not_the_holder": {
        "sv": "Bara den som har beställningen, eller samordnaren, säger hur det går med den.",
        "en": "Only who has the order, or the coordinator, says how it goes on.",
    },
    "not_approved": {
        "sv": "Beställningen är inte godkänd än.",
        "en": "The order is not approved yet.",
    },
    "change_not_approved": {
        "sv": "Beställningen har ändrats. Godkänn ändringen först.",
        "en": "The order was changed. Approve the change first.",
    },
    "not_received": {
        "sv": "Leveransen är inte mottagen än.",
        "en": "The delivery was not received yet.",
    },
    "stage_passed": {
        "sv": "Det steget har beställningen redan passerat.",
        "en": "The order has passed that stage already.",
    },
    "no_connection": {
        "sv": "Leverantören saknar anslutning i kommunens katalog, så inget når fram. Ring dem, eller tilldela någon.",
        "en": "That vendor has no connection in the directory, so nothing would reach it. Call, or assign somebody.",
    },
    "not_their_call": {
        "sv": "Skicka ärendet till samordnaren i stället.",
        "en": "Send the case to the coordinator instead.",
    },
    "not_their_order": {
        "sv": "Låt dem beställa.",
        "en": "Let them order.",
    },
}


class Refused(Exception):
    """The command cannot be carried out; raised before anything is stated. `why`: what is said before the sentence."""

    def __init__(self, code: RefusalCode, why: Words | None = None) -> None:
        super().__init__(code)
        self.code: RefusalCode = code
        said = REFUSALS[code]
        self.reason: Words = {key: f"{why[key]} {words}" for key, words in said.items()} if why else said


def require(condition: bool, code: RefusalCode) -> None:
    """Raise `Refused` unless the condition holds."""
    if not condition:
        raise Refused(code)
