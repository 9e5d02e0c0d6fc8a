"""Why a question needs no answer any more, said where its answer would stand."""

from typing import Final

from contracts.values import Language, Words

SOLVED: Final[Words] = {
    "sv": "Ärendet är löst, så frågan behöver inget svar längre.",
    "en": "The case is solved, so the question needs no answer any more.",
}
LEFT: Final[Words] = {
    "sv": "Ärendet är inte längre hos den som frågade, så frågan behöver inget svar längre.",
    "en": "The case is no longer with whoever asked, so the question needs no answer any more.",
}
DONE: Final[Words] = {
    "sv": "Den som frågade är klar med sin del, så frågan behöver inget svar längre.",
    "en": "Whoever asked has done their part, so the question needs no answer any more.",
}
GOES_ON: Final[Words] = {
    "sv": "Ärendet går vidare i ett annat, som den som frågade också har. Frågan ställs där om svaret behövs än.",
    "en": "The case goes on in another that whoever asked has, too. The question is asked there if it still matters.",
}
MOVED: Final[Words] = {
    "sv": "Anmälan hör inte längre till det ärende som frågan ställdes i, så frågan behöver inget svar längre.",
    "en": "The report is no longer part of the case that the question was about, so it needs no answer any more.",
}
MOVED_WITHIN: Final[Words] = {
    "sv": "Anmälan hör nu till ett annat ärende, som den som frågade också har. Frågan ställs där om svaret behövs än.",
    "en": "The report is in another case now, which whoever asked has, too. The question is asked there if it matters.",
}
_ALL: Final = (SOLVED, LEFT, DONE, GOES_ON, MOVED, MOVED_WITHIN)


def is_ours(text: str) -> bool:
    """Whether it says by itself that no answer is needed."""
    return any(text.strip() in words.values() for words in _ALL)


def in_both(text: str, language: Language) -> Words:
    """A text that came in one language: such a sentence of another Eskalera's is known here in the other one, too."""
    return next((dict(words) for words in _ALL if words[language] == text.strip()), {language: text})
