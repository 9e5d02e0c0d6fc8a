"""The page's words, Swedish first, English beside."""

from typing import Literal

Language = Literal["sv", "en"]

WORDS: dict[str, tuple[str, str]] = {
    "title": ("Demoleverantören", "The demo vendor"),
    "lead": (
        "Ett eget system hos en leverantör. Ärenden kommer hit med hela sin historik.",
        "A vendor's own system. Cases come here with their whole history.",
    ),
    "none": (
        "Inga ärenden än. När kommunen lämnar över ett ärende syns det här.",
        "No cases yet. When the municipality hands one over it shows here.",
    ),
    "auto_on": ("Nya ärenden bekräftas direkt", "New cases are acknowledged at once"),
    "auto_off": ("Nya ärenden bekräftas för hand", "New cases are acknowledged by hand"),
    "turn_on": ("Bekräfta direkt", "Acknowledge at once"),
    "turn_off": ("Bekräfta för hand", "Acknowledge by hand"),
    "back": ("Alla ärenden", "All cases"),
    "tickets": ("anmälningar", "reports"),
    "ticket": ("anmälan", "report"),
    "history": ("Historik", "History"),
    "whole": ("Historiken är hel: varje post är kontrollerad", "The history is whole: every entry is proven"),
    "broken": ("Historiken stämmer inte", "The history does not hold"),
    "hidden": ("Intern post som kommunen inte delar", "An internal entry that the municipality does not share"),
    "questions": ("Frågor", "Questions"),
    "waiting": ("väntar på svar", "waits for an answer"),
    "closed_question": ("Svar", "Answer"),
    "proposals": ("Förslag till lösning", "Proposed solutions"),
    "accepted_proposal": ("godkänt", "accepted"),
    "rejected_proposal": ("inte godkänt", "not accepted"),
    "undecided": ("väntar på besked", "waits for a decision"),
    "outbox": ("Skickat till kommunen", "Sent to the municipality"),
    "do": ("Gör något", "Act"),
    "acknowledge": ("Bekräfta att vi har det", "Acknowledge that we have it"),
    "ask": ("Fråga", "Ask"),
    "ask_whom": ("Till", "To"),
    "team": ("kommunens team", "the municipality's team"),
    "reporter_of": ("den som anmälde", "who reported"),
    "report": ("Berätta hur det går", "Report progress"),
    "write": ("Skriv", "Write"),
    "propose": ("Föreslå lösning", "Propose a solution"),
    "give_back": ("Lämna tillbaka", "Give back"),
    "text": ("Text", "Text"),
    "status": ("Läge", "Status"),
    "accepted": ("Påbörjat", "Started"),
    "in_progress": ("Arbetar med det", "Working on it"),
    "pending": ("Väntar på något", "Waiting for something"),
    "state_offered": ("Nytt", "New"),
    "state_acknowledged": ("Pågår", "In work"),
    "state_accepted": ("Lösningen godkänd", "Solution accepted"),
    "state_returned": ("Tillbakalämnat", "Given back"),
    "state_released": ("Gick vidare till annan", "Went on to another"),
    "state_taken_back": ("Kommunen tog tillbaka det", "Taken back"),
    "state_completed": ("Avslutat", "Completed"),
    "sent_waiting": ("på väg", "on its way"),
    "sent_sent": ("framme", "arrived"),
    "sent_refused": ("avvisat", "refused"),
    "reporter": ("Den som anmälde", "Who reported"),
    "eskalera": ("Kommunen", "The municipality"),
    "us": ("Vi", "We"),
    "parallel": ("vid sidan av en annan leverantör", "beside another vendor"),
}

KINDS: dict[str, tuple[str, str]] = {
    "acknowledged": ("Bekräftelse", "Acknowledgement"),
    "entry_added": ("Text", "Text"),
    "status_changed": ("Läge", "Status"),
    "information_requested": ("Fråga", "Question"),
    "resolution_proposed": ("Förslag till lösning", "Proposed solution"),
    "returned": ("Tillbakalämnat", "Given back"),
}


class Say:
    """`say.title`, `say["state_offered"]`: a sentence in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._place = 0 if language == "sv" else 1

    def __getattr__(self, name: str) -> str:
        return self[name]

    def __getitem__(self, name: str) -> str:
        return WORDS[name][self._place] if name in WORDS else name

    def kind(self, name: str) -> str:
        """What a message to the municipality is called."""
        return KINDS[name][self._place] if name in KINDS else name

    def words(self, text: dict[str, str] | None) -> str:
        """A text of people, in this language if it was written in it."""
        if not text:
            return ""
        return text.get(self.language) or text.get("sv") or next(iter(text.values()))
