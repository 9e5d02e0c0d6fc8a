"""What the desk sees, and may do, of whose turn it is: the next step, what is major, who takes it, where it goes."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from contracts.directory.lanes import closed_to_reporters
from contracts.directory.phrases import Said
from contracts.directory.plain_words import occasions_in_words, steps_in_words
from contracts.directory.walk import Walk
from contracts.values import GATHERED, in_language
from ticketing import next_steps, sentences
from ticketing.domain import further
from ticketing.domain.names import party_names
from ticketing.domain.state import ENDED, Clock, Incident
from ticketing.views import Field, Further, Notice, Option, PolicyStep, Say, Tone, say
from ticketing.web import present
from ticketing.web.desk.kept import Kept
from ticketing.web.pages import Visit

URGENCIES = ("1", "2", "3", "4")


def next_step(here: Visit, incident: Incident) -> Say | None:
    """When it goes further by itself and how, or once it is solved, when silence closes it."""
    directory, now = here.caller.directory, here.frame.now
    step = further.comes_next(directory, incident, now)
    if step is None:
        return present.next_step(directory, incident, now)
    return next_steps.to_staff(directory, step, step.due_at)


def policy_steps(here: Visit, incident: Incident) -> tuple[PolicyStep, ...]:
    """For the rules: what comes by itself."""
    step = further.next_step(incident, here.frame.now)
    if step is None:
        stopped = sentences.stopped(incident.stopped_at) if incident.stopped_at else sentences.NOTHING_BY_ITSELF
        return (PolicyStep(stopped),)
    return (PolicyStep(next_steps.to_staff(here.caller.directory, step, step.due_at), next=True),)


def whole_policy(here: Visit, incident: Incident, left: Sequence[str]) -> tuple[list[Said], list[Said]]:
    """For the rules: all that its policy says, from its holder on. `left`: its path, of those that are there."""
    directory = here.caller.directory
    if incident.kind in GATHERED or incident.holder is None or incident.agreement is None:
        return [], []
    policy = directory.policy_in_force(incident.policy)
    path = tuple(left[left.index(incident.holder) :]) if incident.holder in left else (incident.holder,)
    agreement = directory.agreement_in_force(incident.agreement)
    school = incident.schools[0] if len(incident.schools) == 1 else None
    closed = closed_to_reporters(directory, agreement, incident.kind)
    alone, answered = incident.kind == "request", incident.acknowledged_at is not None
    walk = Walk(directory, school, path, agreement.at(incident.urgency), closed, alone, answered)
    return steps_in_words(walk, policy), occasions_in_words(walk, policy)


def notices(here: Visit, incident: Incident, clocks: Sequence[Clock], *, may_act: bool) -> Iterator[Notice]:
    """That a person has stopped it, and why; that it is a major one, and what is owed to everybody."""
    if incident.state in ENDED or incident.state == "resolved":
        return
    if incident.major_at is not None:
        yield _major(here, incident, incident.major_at, clocks, may_act=may_act)
    if incident.stopped_at is not None:
        reason = in_language(incident.stopped_reason, here.language) if incident.stopped_reason else ""
        yield Notice(Tone.PLAIN, reason, sentences.stopped(incident.stopped_at))


def _major(here: Visit, incident: Incident, since: datetime, clocks: Sequence[Clock], *, may_act: bool) -> Notice:
    title, link = sentences.major(since), ("#bedom", sentences.WRITE_TITLE) if may_act else ()
    owed = next((clock for clock in clocks if clock.promise == "public_sentence" and clock.counts), None)
    if incident.public_title:
        return Notice(Tone.WATCH, sentences.others_read(in_language(incident.public_title, here.language)), title)
    if owed is None:
        return Notice(Tone.WATCH, sentences.MAJOR_UNTITLED, title, *link)
    if owed.due_at <= here.frame.now:
        return Notice(Tone.BAD, sentences.title_is_late(owed.due_at), title, *link)
    return Notice(Tone.WATCH, sentences.write_title_by(owed.due_at), title, *link)


def forms(here: Visit, incident: Incident, clocks: Sequence[Clock], kept: Kept) -> Further:
    """What who works with it may do about it now."""
    solved = incident.state in ("resolved", "closed")
    if solved or incident.state in ENDED or incident.state == "gathered":  # what is gathered is the forum's
        return Further(reopen=solved and incident.tickets > 0, reopen_reason=kept.of("reopen_reason"))
    directory, language = here.caller.directory, here.language
    asked = any(clock.promise == "acknowledge" and clock.party == incident.holder for clock in clocks if clock.counts)
    to = further.next_party(directory, incident) if incident.holder else None
    urgent = incident.kind not in GATHERED
    theirs = incident.holder not in here.caller.who.parties
    return Further(
        acknowledge=asked and incident.holder_tier != "vendor",
        for_others=present.said_by(directory, incident.holder, language) if theirs and incident.holder else None,
        goes_to=party_names(directory, (to,)) if to else None,
        goes_to_id=to or "",
        stop=further.next_step(incident, here.frame.now) is not None,
        urgencies=tuple(Option(each, _URGENCY_WORDS[each]) for each in URGENCIES) if urgent else (),
        send_reason=kept.of("send_reason"),
        stop_reason=kept.of("stop_reason"),
        urgency=kept.fields.get("urgency", Field(str(incident.urgency))),
        urgency_reason=kept.of("urgency_reason"),
    )


_URGENCY_WORDS = {
    "1": say("urgency_number.1"),
    "2": say("urgency_number.2"),
    "3": say("urgency_number.3"),
    "4": say("urgency_number.4"),
}
