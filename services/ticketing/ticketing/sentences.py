"""Sentences that the pages' code composes, each with the values it needs. Said in the reader's language."""

from collections.abc import Mapping
from datetime import datetime

from chassis.look.words import Say, Words, say
from contracts.directory.recurring import LONGEST_WORK
from contracts.values import PauseReason
from ticketing.domain.works import TEXT_LIMIT

TEXT_REQUIRED = say("error.text_required")
WISH_REQUIRED = say("error.wish_required")
BAD_CHARACTERS = say("error.bad_characters")
PERSONAL_NUMBER = say("error.personal_number")
SCHOOL_REQUIRED = say("error.school_required")
URGENCY_REQUIRED = say("error.urgency_required")
IMPACT_REQUIRED = say("error.impact_required")
CHOICE_UNKNOWN = say("error.choice_unknown")
FORM_EXPIRED = say("error.form_expired")
UNKNOWN_FIELDS = say("error.unknown_fields")
FAULTS_ONLY = say("error.faults_only")
KNOWN_GONE = say("error.known_gone")
SENT_BEFORE = say("error.sent_before")
ANSWER_REQUIRED = say("error.answer_required")
MESSAGE_REQUIRED = say("error.message_required")
ASKED_MEANWHILE = say("error.asked_meanwhile")
ASKED_NO_MORE = say("error.asked_no_more")
ANSWER_IN_WORDS = say("error.answer_in_words")
NOT_SENT = say("error.not_sent")
NOW_OPEN = say("now.open")
NOW_SOLVED = say("now.solved")
NOW_CLOSED = say("now.closed")
NOW_WITHDRAWN = say("now.withdrawn")
NOW_MOVED = say("now.moved")
NOW_OVER = say("now.over")
CHOOSE_FILES_AGAIN = say("error.choose_files_again")
STILL_WRONG_REQUIRED = say("error.still_wrong_required")
REASON_REQUIRED = say("error.reason_required")
PUBLIC_TEXT_REQUIRED = say("error.public_text_required")
NOTE_REQUIRED = say("error.note_required")
QUESTION_REQUIRED = say("error.question_required")
REPORT_REQUIRED = say("error.report_required")
NOBODY_TO_ASK = say("error.nobody_to_ask")
WHY_NO_ANSWER_REQUIRED = say("error.why_no_answer_required")
PARTY_REQUIRED = say("error.party_required")
VENDOR_REQUIRED = say("error.vendor_required")
AUDIENCE_REQUIRED = say("error.audience_required")
PERSON_REQUIRED = say("error.person_required")
NUMBER_REQUIRED = say("error.number_required")
NUMBER_UNKNOWN = say("error.number_unknown")
TICKETS_REQUIRED = say("error.tickets_required")
WHY_REQUIRED = say("error.why_required")
OTHER_URGENCY_REQUIRED = say("error.other_urgency_required")
TRIAGE_REQUIRED = say("error.triage_required")
PRIORITY_REQUIRED = say("error.priority_required")
DECISION_REQUIRED = say("error.decision_required")
DECISION_REASON_REQUIRED = say("error.decision_reason_required")
DIFFERENCE_REQUIRED = say("error.difference_required")
STAGE_REQUIRED = say("error.stage_required")
STAGE_TEXT_REQUIRED = say("error.stage_text_required")
DAY_UNREADABLE = say("error.day_unreadable")
DAY_PAST = say("error.day_past")
KIND_REQUIRED = say("error.kind_required")
SERVICE_UNKNOWN = say("error.service_unknown")


def too_long(limit: int) -> Say:
    return say("error.too_long", limit=limit)


# What happens next, on the confirmation and on the case.
TOLD_WHEN_SOLVED = say("next.told")
JOINED = say("next.joined")
GATHERED = say("next.gathered")
TOLD_WHEN_DECIDED = say("next.told_decision")
TOLD_OF_STAGES = say("next.told_stages")
WAITING_ON_YOU = say("next.waiting_on_you")


SAY_WHETHER_IT_WORKS = say("next.say_whether_it_works")


def solved_already(time: datetime) -> Say:
    """To who reports what was solved at `time` already."""
    return say("next.solved_already", time=time)


def party_looks(name: Words) -> Say:
    return say("next.party_looks", name=name)


SO_URGENT: Mapping[int, Say] = {
    1: say("urgent.first"),
    2: say("urgent.before_most"),
    3: say("urgent.in_turn"),
    4: say("urgent.when_time"),
}
"""What follows of an urgency."""


def because(need: Words, impact: Words, so: Say) -> Say:
    """How urgent it is by what the reporter answered; `impact` within the sentence."""
    return say("urgent.because", need=need, impact=impact, so=so)


def counted_otherwise(need: Words, impact: Words, urgency: Words) -> Say:
    """The same where it counts as something else by now."""
    return say("urgent.otherwise", need=need, impact=impact, urgency=urgency)


def next_update_by(time: datetime) -> Say:
    return say("next.update_by", time=time)


def update_was_due(time: datetime) -> Say:
    """The promise is over, and nothing was said."""
    return say("next.update_late", time=time)


def escalates(time: datetime, name: Words) -> Say:
    return if_nothing(time, goes_to(name))


# What happens by itself if nothing else does by a time; `what` is one of the four below, or both of two.
def if_nothing(time: datetime | Words, what: Say) -> Say:
    return say("next.if_nothing", time=time, what=what)


def goes_to(name: Words) -> Say:
    return say("next.goes_to", name=name)


def is_told(name: Words) -> Say:
    return say("next.is_told", name=name)


def is_reminded(name: Words) -> Say:
    return say("next.is_reminded", name=name)


def are_told(names: Words) -> Say:
    return say("next.are_told", names=names)


def must_answer(name: Words) -> Say:
    return say("next.must_answer", name=name)


def is_raised(urgency: Words) -> Say:
    return say("next.is_raised", urgency=urgency)


BEGINS_AGAIN = say("next.begins_again")


def both(first: Say, then: Say) -> Say:
    return say("next.both", first=first, then=then)


def solved_before(time: datetime) -> Say:
    return say("next.solved_before", time=time)


def works_now(problem: Words) -> Say:
    return say("next.works_now", problem=problem)


def stopped(time: datetime) -> Say:
    """A person has stopped it."""
    return say("next.stopped", time=time)


def stays_while_heard_of(name: Words, silent: Words) -> Say:
    """No step is planned, but the policy does something when no word comes in time."""
    return say("next.stays_heard", name=name, silent=silent)


WAITS_FOR_REPORTER = say("next.waits_for_reporter")


def stays_with(name: Words) -> Say:
    """Nothing comes by itself."""
    return say("next.stays", name=name)


def asked_further(time: datetime, again: datetime) -> Say:
    """The school has asked that it goes further, and may again from `again`."""
    return say("next.asked_further", time=time, again=again)


def asked_is_noted(until: datetime) -> Say:
    """Others have asked: what one more writes is noted, and moves nothing until then."""
    return say("case.further_is_noted", until=until)


ASKED_GOES_ON = say("case.further_goes_on")
ASKED_IS_TOLD = say("case.further_is_told")
NOTHING_BY_ITSELF = say("rules.nothing")


def major(time: datetime) -> Say:
    return say("major.title", time=time)


def write_title_by(time: datetime) -> Say:
    return say("major.write_by", time=time)


def title_is_late(time: datetime) -> Say:
    return say("major.late", time=time)


def others_read(title: str) -> Say:
    return say("major.others_read", title=title)


def disruption(title: str) -> Say:
    """To who reported it: what a person wrote of it for all."""
    return say("case.disruption", title=title)


MAJOR_UNTITLED = say("major.untitled")
WRITE_TITLE = say("major.write")


def closes(time: datetime) -> Say:
    return say("next.closes", time=time)


def single_cases(n: int) -> Say:
    return say("problem.single", n=n)


CONTACTS = {
    "person": say("preview.contact_person"),
    "school": say("preview.contact_school"),
    "none": say("preview.contact_none"),
}
SCOPES = {
    "asset": say("scope.asset"),
    "room": say("scope.room"),
    "building": say("scope.building"),
    "school": say("scope.school"),
    "schools": say("scope.schools"),
    "municipality": say("scope.municipality"),
    "person": say("scope.person"),
}
LEVELS = {
    "local": say("level.local"),
    "central": say("level.central"),
    "municipal": say("level.municipal"),
    "vendor": say("level.vendor"),
}

PAUSED_FOR_REPORTER = say("paused.reporter")
PAUSED_FOR_PLANNED_WORK = say("paused.planned")
PAUSED_FOR_VENDOR = say("paused.vendor")
PAUSES: Mapping[PauseReason, Say] = {"reporter": PAUSED_FOR_REPORTER, "planned": PAUSED_FOR_PLANNED_WORK}


# What a request asks for; why it was refused comes in words from who refused.
TAKE_BACK = say("what.take_back")
RESOLVE = say("what.resolve")
CLOSE = say("what.close")
REOPEN = say("what.reopen")
ANSWER_VENDOR = say("what.answer")
CLOSE_QUESTION = say("what.close_question")
LINK = say("what.link")
PUBLISH = say("what.publish")
SPLIT = say("what.split")
ACCEPT_LINK = say("what.accept_link")
REFUSE_LINK = say("what.refuse_link")
TRIAGE = say("what.triage")
TAKE_ON = say("what.take_on")
SEND_FURTHER = say("what.send_further")
STOP = say("what.stop")
CHANGE_URGENCY = say("what.urgency")
GATHER = say("what.gather")
DECIDE = say("what.decide")
CHANGE_STAGE = say("what.stage")


def assign(name: Words) -> Say:
    return say("what.assign", name=name)


def hand_off(name: Words) -> Say:
    return say("what.hand_off", name=name)


# Toasts.
ANSWER_SENT = say("said.answer")
GOOD_IT_WORKS = say("said.works")
LOOKING_AGAIN = say("said.still_wrong")
ASKED_TO_GO_FURTHER = say("said.further")
WITHDRAWN = say("said.withdrawn")
ASKED_AND_NOTED = say("said.further_noted")
NOTE_SAVED = say("said.note")
QUESTION_SENT = say("said.asked")
REQUEST_SENT = say("said.request")

# The queue.
QUEUE = say("queue.title")
QUEUE_SHOW = say("queue.group_show")
QUEUE_STATE = say("queue.group_state")
QUEUE_EMPTY = say("queue.empty_title")
QUEUE_EMPTY_TEXT = say("queue.empty_text")
QUEUE_ALL = say("queue.empty_all")

# What comes due today.
DAY_EMPTY = say("day.empty_title")
DAY_EMPTY_TEXT = say("day.empty_text")

# Questions to the desk about causes.
QUESTIONS = say("suggest.title")
QUESTIONS_EMPTY = say("suggest.empty_title")
QUESTIONS_EMPTY_TEXT = say("suggest.empty_text")
TO_QUEUE = say("suggest.to_queue")
ANSWER_PENDING = say("suggest.became_pending")
ANSWER_LINKED = say("suggest.became_linked")
ANSWER_MOVED = say("suggest.became_moved")
UNDO_BACK = say("suggest.undo_back")
UNDO_OUT = say("suggest.undo_out")
UNDO_OUT_ALL = say("suggest.undo_out_all")
ANSWERED_YES_BEFORE = say("suggest.was_linked")
ANSWERED_NO_BEFORE = say("suggest.was_refused")
QUESTION_LAPSED = say("suggest.was_lapsed")
LOOK_AGAIN = say("suggest.look_again")
TO_DISRUPTION = say("suggest.to_disruption")
TO_CASE = say("suggest.to_case")
TO_LINK_BY_HAND = say("suggest.to_link_by_hand")


def answer_linked_all(n: int) -> Say:
    """To who said yes of several reports."""
    return say("suggest.became_linked_all", n=n)


def answer_linked_some(n: int, left: int) -> Say:
    """The same where some stay where they were."""
    return say("suggest.became_linked_some", n=n, left=left)


def answer_refused(number: str) -> Say:
    """To who said no: nobody asks again; `number` is what they link by hand."""
    return say("suggest.became_refused", number=number)


def answer_failed(reason: str) -> Say:
    """An answer to a question about causes that its owner refused, and why."""
    return say("suggest.became_nothing", reason=reason)


# The needs forum.
FORUM_GATHERED = say("forum.gathered")
FORUM_RECEIVED = say("forum.received")
FORUM_LATER = say("forum.later")
FORUM_EMPTY = say("forum.empty_title")
FORUM_EMPTY_TEXT = say("forum.empty_text")


def forum_wrote(at: datetime) -> Say:
    """Whoever asked for something wrote, and waits."""
    return say("forum.wrote", time=at)


def forum_shows_oldest(n: int) -> Say:
    return say("forum.shows_oldest", n=n)


# Planned work.
EFFECTS = {
    "down": say("effect.down"),
    "interruptions": say("effect.interruptions"),
    "slow": say("effect.slow"),
    "none": say("effect.none"),
}
WORK_EVERYWHERE = say("work.everywhere")
WORK_BY_US = say("work.by_us")
START_REQUIRED = say("work.error.start_required")
END_REQUIRED = say("work.error.end_required")
WORK_NO_SUCH_TIME = say("work.error.no_such_time")
WORK_NOT_YOURS = say("work.error.not_yours")
WORK_ENDED = say("work.error.ended")
WORK_MOVED_MEANWHILE = say("work.error.moved_meanwhile")
WORK_WRONG = {
    "text_required": say("work.error.text_required"),
    "too_long": say("work.error.too_long", limit=TEXT_LIMIT),
    "personal_number": say("work.error.personal_number"),
    "services_required": say("work.error.services_required"),
    "service_unknown": say("work.error.service_unknown"),
    "school_unknown": say("work.error.school_unknown"),
    "vendor_unknown": say("work.error.vendor_unknown"),
    "effect_required": say("work.error.effect_required"),
    "ends_first": say("work.error.ends_first"),
    "is_over": say("work.error.is_over"),
    "long_ago": say("work.error.long_ago"),
    "too_long_window": say("work.error.too_long_window", days=LONGEST_WORK.days),
    "too_far": say("work.error.too_far"),
}
"""What is wrong with a plan, by the code of the rule."""
WORK_PLANNED = say("said.work_planned")
WORK_MOVED = say("said.work_moved")
WORK_CALLED_OFF = say("said.work_called_off")


def work_now(until: datetime) -> Say:
    return say("work.now", until=until)


def work_now_explained(text: Words, effect: Say) -> Say:
    """On a case that waits for it."""
    return say("work.now_explained", text=text, effect=effect)


def when_work_ends(until: Words) -> Say:
    """What comes next of a case that waits for planned work."""
    return say("next.planned_ends", until=until)


GOES_ON_BY_ITSELF = say("next.planned_then")


def work_going_on(until: datetime, text: Words) -> Say:
    """On the confirmation: what the case waits for."""
    return say("next.planned", until=until, text=text)


# The ways to vendors.
VENDORS_EMPTY = say("vendors.empty_title")
VENDORS_EMPTY_TEXT = say("vendors.empty_text")
VENDORS_EMPTY_GO = say("vendors.empty_go")
TO_ERASE_GO = say("vendors.to_erase_go")
PAUSE_WAY = say("what.pause")
RESUME_WAY = say("what.resume")
TEST_WAY = say("what.test")
RESEND = say("what.resend")
RELEASE_MAIL = say("what.mail_release")
DISCARD_MAIL = say("what.mail_discard")
MAIL_DISCARDED = say("vendors.done_mail_discarded")
REPLAY = say("what.replay")
REPLAY_ORDER = say("error.replay_order")
MAIL_HELD = say("vendors.held_unknown")
MAILS_HELD_LOOK = say("hand_offs.mails_held_look")
ASK_COORDINATOR = say("hand_offs.stuck_ask")
NO_MORE_KNOWN = say("vendors.no_answer_words")


def not_arrived(health: str, since: datetime) -> Say:
    """Of a case on its way to a vendor; `health`: how the way stands; `since`: from when the case waits."""
    return say("hand_offs.not_arrived", means=say(f"way_means.{health}"), since=since)


def news_do_not_arrive(health: str, since: datetime) -> Say:
    """Of a case that the vendor has."""
    return say("hand_offs.no_news", means=say(f"way_means.{health}"), since=since)


def mails_held(count: int, vendor: Words, more: Say) -> Say:
    """`vendor`: whose they may be; `more`: where more is told."""
    return say("hand_offs.mails_held", count=count, vendor=vendor, more=more)


def mails_held_title(count: int) -> Say:
    return say("hand_offs.held_title.one") if count == 1 else say("hand_offs.held_title.other", n=count)


def way_paused(vendor: Words) -> Say:
    return say("vendors.done_paused", vendor=vendor)


def way_resumed(vendor: Words) -> Say:
    return say("vendors.done_resumed", vendor=vendor)


def mail_released(vendor: Words) -> Say:
    return say("vendors.done_mail_released", vendor=vendor)


def way_tested(vendor: Words) -> Say:
    return say("vendors.done_tested", vendor=vendor)


def way_not_tested(vendor: Words, detail: Words) -> Say:
    return say("vendors.not_tested", vendor=vendor, detail=detail)


def to_erase(vendor: Words) -> Say:
    return say("vendors.to_erase", vendor=vendor)


def to_erase_text(number: str) -> Say:
    return say("vendors.to_erase_text", number=number)


def sent_again(vendor: Words, n: int) -> Say:
    return say("vendors.done_sent", vendor=vendor, n=n)


def sent_anyway(vendor: Words) -> Say:
    return say("vendors.done_queued", vendor=vendor)


def stopped_sending(vendor: Words, n: int, detail: Words) -> Say:
    return say("vendors.not_sent", vendor=vendor, n=n, detail=detail)


ERASED = say("said.erased")
TEXT_ERASED = say("said.text_erased")
ERASE_REASON_REQUIRED = say("erase.reason_required")
ERASE_SURE_REQUIRED = say("erase.sure_required")
ERASE_REASONS: dict[str, Say] = {
    "asked": say("erase_reason.asked"),
    "not_needed": say("erase_reason.not_needed"),
    "too_much": say("erase_reason.too_much"),
    "protected": say("erase_reason.protected"),
    "mistake": say("erase_reason.mistake"),
}
