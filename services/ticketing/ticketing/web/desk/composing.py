"""What staff write to a case: who may read it, and the questions that it may answer."""

from contracts.disclosure import INTERNAL, REPORTERS, to_party
from contracts.values import is_vendor
from ticketing.domain.in_hand import in_hand
from ticketing.domain.state import Handoff, Incident
from ticketing.views import Composer, Field, OpenQuestion, Option, say
from ticketing.web import present
from ticketing.web.desk.kept import Kept
from ticketing.web.pages import Visit


def composer(
    here: Visit, incident: Incident, handoffs: list[Handoff], questions: tuple[OpenQuestion, ...], kept: Kept
) -> Composer:
    """Its readers are those whom it reaches: of vendors, those who have the case now."""
    directory, language = here.caller.directory, here.language
    vendors = [party for party in in_hand(incident, handoffs) if is_vendor(party)]
    audiences = (
        Option(INTERNAL, say("reader_mark.internal")),
        Option(REPORTERS, say("reader_mark.reporters")),
        *(
            Option(to_party(vendor), say("reader_mark.named", parties=present.said_within(directory, vendor, language)))
            for vendor in vendors
        ),
    )
    audience = kept.of("audience") if "audience" in kept.fields else Field(INTERNAL)
    return Composer(
        audiences, audience, kept.of("note_text"), questions, kept.of("note_files"), kept.of("answers").value
    )
