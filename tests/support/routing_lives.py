"""Random lives of one incident over a year, and what has to hold of each whatever happened."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from contracts.directory import working_time_between
from contracts.directory.lanes import AGAIN
from contracts.events import routing as r
from contracts.events import ticketing, vendor_bridge
from contracts.values import MOVES
from routing.domain.carried import UNHURRIED
from routing.domain.fold import fold
from routing.domain.state import Incident, Question, World
from tests.support.routing_life import COORDINATOR, EKBACKEN, LARARE, MALARVIK, NETWORK, Life, of_type, timers

PARTIES = (EKBACKEN, COORDINATOR, "team:it-enheten", "team:fastighet")
VENDORS = (NETWORK, "vendor:print", "vendor:devices")
SERVICES = ("login", "wifi", "printing", "pupil_computer", "email", "door_access")
TEXT = {"sv": "Text."}
FIRST_DAY = datetime(2026, 10, 1, 6, tzinfo=UTC)  # the first weeks hold the end of summer time and the autumn break


class RandomLife(Life):
    """`RandomLife(seed).live(20)`."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.dice = Random(seed)
        self.at = FIRST_DAY + timedelta(minutes=self.dice.randrange(300 * 24 * 60))
        kind = self.dice.choice(("incident", "incident", "incident", "request"))
        self.own = self.file(self.dice.choice(SERVICES), urgency=self.dice.randint(1, 4), kind=kind)
        self.first = self.ticket_of(self.own)
        self.questions = 0
        self.proposals = 0

    def live(self, acts: int) -> None:
        """So many things happen, with time between them."""
        ways: tuple[Callable[[], object], ...] = (
            self._assign,
            self._hand_off,
            self._take_back,
            self._acknowledge,
            self._escalate,
            self._stop,
            self._urgency,
            self._ask_reporter,
            self._answer,
            self._staff_ask,
            self._close_question,
            self._vendors_word,
            self._propose,
            self._judge,
            self._write,
            self._resolve,
            self._reopen,
            self._no,
            self._reporter_asks,
            self._another,
            self._elsewhere,
            self._mistake,
            self._triage,
            self._withdraw_first,
        )
        for _ in range(acts):
            self.dice.choice(ways)()
            self.wait(self.at + timedelta(minutes=self.dice.choice((1, 7, 45, 300, 1500, 6000, 40_000))))
            check_now(self, self.own)

    def _assign(self) -> None:
        self.ask(ticketing.AssignmentRequested, self.own, party=self.dice.choice(PARTIES))

    def _hand_off(self) -> None:
        role = self.dice.choice(("lead", "lead", "parallel"))
        self.ask(ticketing.HandOffRequested, self.own, vendor=self.dice.choice(VENDORS), role=role)

    def _take_back(self) -> None:
        self.ask(ticketing.TakeBackRequested, self.own)

    def _acknowledge(self) -> None:
        self.ask(ticketing.AcknowledgeRequested, self.own)

    def _escalate(self) -> None:
        self.ask(ticketing.EscalateRequested, self.own, reason=TEXT)

    def _stop(self) -> None:
        self.ask(ticketing.PolicyStopRequested, self.own, reason=TEXT)

    def _urgency(self) -> None:
        self.ask(ticketing.UrgencyRequested, self.own, urgency=self.dice.randint(1, 4), reason=TEXT)

    def _ask_reporter(self) -> None:
        self.questions += 1
        question = {"question": f"qu_{self.questions}", "ticket": self.first, "text": TEXT}
        vendor = self.own.lead if (self.own.lead or "").startswith("vendor:") else NETWORK
        self.hear(vendor_bridge.VendorInformationRequested, self.own, vendor or NETWORK, **question)

    def _staff_ask(self) -> None:
        self.questions += 1
        by = {"party": self.dice.choice(PARTIES), "person": "nagon"}
        question = {"question": f"qu_{self.questions}", "by": by, "text": TEXT}
        self.tell(self.make(ticketing.TicketQuestionAsked, ticket=self.first, incident=self.own.id, **question))

    def _close_question(self) -> None:
        question = f"qu_{self.dice.randint(1, max(1, self.questions))}"
        self.ask(ticketing.QuestionCloseRequested, self.own, ticket=self.first, question=question, reason=TEXT)

    def _answer(self) -> None:
        question = f"qu_{self.dice.randint(1, max(1, self.questions))}"
        ticket = self.first
        self.tell(self.make(ticketing.TicketAnswered, ticket=ticket, by=LARARE, text=TEXT, question=question))

    def _vendors_word(self) -> None:
        self.hear(vendor_bridge.VendorEntryAdded, self.own, self.dice.choice(VENDORS), text=TEXT)

    def _propose(self) -> None:
        """Who has it, as the lead or beside it; seldom somebody else. It is often judged at once."""
        if not self._vendors():
            self._hand_off()
        self.proposals += 1
        vendor = self.dice.choice([*self._vendors(), *self._vendors(), NETWORK])
        self.hear(vendor_bridge.VendorResolutionProposed, self.own, vendor, proposal=f"pr_{self.proposals}", text=TEXT)
        if self.dice.random() < 0.6:
            self._judge()

    def _vendors(self) -> list[str]:
        return [each for each in (self.own.lead, *self.own.parallel) if each and each.startswith("vendor:")]

    def _judge(self) -> None:
        proposal = f"pr_{self.dice.choice((self.proposals, self.proposals, self.proposals - 1))}"
        if self.dice.random() < 0.3:
            self.ask(ticketing.ProposalRejectRequested, self.own, proposal=proposal, reason=TEXT)
        else:
            self.ask(ticketing.ProposalAcceptRequested, self.own, proposal=proposal, public_text=TEXT)

    def _write(self) -> None:
        by = {"party": self.dice.choice(PARTIES), "person": "nagon"}
        audience = (self.dice.choice(("internal", "reporters")),)
        self.tell(self.make(ticketing.NoteWritten, incident=self.own.id, by=by, audience=audience))

    def _resolve(self) -> None:
        self.ask(ticketing.ResolveRequested, self.own, public_text=TEXT)

    def _reopen(self) -> None:
        self.ask(ticketing.ReopenRequested, self.own, reason=TEXT)

    def _no(self) -> None:
        self.voice(ticketing.TicketReopened, self.first)

    def _reporter_asks(self) -> None:
        ticket = self.first
        self.tell(self.make(ticketing.TicketEscalationRequested, ticket=ticket, by=LARARE, reason=TEXT))

    def _another(self) -> None:
        if self.own.kind == "incident" and not self.own.ended and self.own.linked < 4:
            urgency, reporter = self.dice.randint(1, 4), f"kollega-{self.own.linked}"
            self.file(self.own.service, same_as=self.own.id, reporter=reporter, urgency=urgency)

    def _elsewhere(self) -> None:
        """Another school has the same problem."""
        if self.own.kind == "incident" and not self.own.ended and self.own.linked < 4:
            school = self.dice.choice(("sjobo", "norrgarden"))
            self.file(self.own.service, same_as=self.own.id, school=school, reporter=f"granne-{self.own.linked}")

    def _mistake(self) -> None:
        """Another school says "the same" by mistake, and staff take it off again."""
        own = self.own
        if own.kind != "incident" or not own.unfinished or own.linked >= 4:
            return
        fresh = not own.worked and not own.parallel and own.lead == own.path[0] and not _had(self.world, own)
        before, turn = (own.scope, own.urgency), (own.lead, own.path, own.agreement, own.policy)
        # Else others had left by themselves, and what they carried goes now.
        carried = min([*map(int, own.urgencies), own.urgency_raised or UNHURRIED])
        whole = len(own.schools) >= own.counted and (own.urgency_set or own.urgency == carried)
        raised, urgency, school = own.urgency_raised, self.dice.randint(1, 4), self.dice.choice(("sjobo", "norrgarden"))
        self.file(own.service, same_as=own.id, school=school, reporter="granne", urgency=urgency)
        self.ask(ticketing.UnlinkRequested, own, ticket=self.ticket_of(own, -1))
        assert own.scope == before[0] or not whole, "N6"
        assert own.urgency == before[1] or own.urgency_raised != raised or not whole, "N6, unless its policy raised it"
        by_matrix = fresh and not own.worked and not (own.lead or "").startswith("vendor:")
        assert not by_matrix or (own.lead, own.path, own.agreement, own.policy) == turn, "N6"

    def _triage(self) -> None:
        scope = self.dice.choice((None, None, "room", "school", "schools"))
        service = self.dice.choice((None, *SERVICES))
        self.ask(ticketing.TriageRequested, self.own, service=service, scope=scope, public_title=None)

    def _withdraw_first(self) -> None:
        if self.own.linked > 1 and self.dice.random() < 0.3:
            self.voice(ticketing.TicketWithdrawn, self.first)


def _had(world: World, incident: Incident) -> bool:
    """Whether somebody has got it by itself."""
    return incident.id in world.escalations and bool(world.escalations[incident.id].had)


def check_now(life: Life, incident: Incident) -> None:
    """After every act."""
    running = life.world.clocks_of(incident)
    assert len({(clock.party, clock.promise) for clock in running}) == len(running)
    late = [t for t in timers(life.world).values() if t.due_at is not None and t.due_at <= life.at]
    assert not late, "nothing that was due is left"
    if not incident.unfinished:
        assert not any(question.is_of_staff for question in life.world.open_questions(incident)), "R8"
        assert not running
        assert life.world.escalations[incident.id].due_at is None
        return
    assert incident.lead in life.world.directories[incident.municipality].parties
    assert len(set(incident.path)) == len(incident.path)
    holders = {incident.lead, *incident.parallel}
    assert {clock.party for clock in running if clock.promise != "public_sentence"} <= holders
    assert any(c.party == incident.lead and c.promise == "next_update" for c in running), "N8"
    paused = [clock for clock in running if clock.paused]
    assert all(clock.promise == "resolve" for clock in paused), "no other promise stands still"
    assert not any(timers(life.world)[clock.timer].due_at for clock in paused)


def check_whole(life: RandomLife) -> None:
    """Of the whole life, from its record."""
    check_sums(life)
    check_told_once(life)
    check_steps(life)
    check_parts(life)
    check_asked(life)
    check_turns(life)
    ids = [event.id for event in life.history]
    assert len(set(ids)) == len(ids)
    replayed = World()
    for event in life.history:
        fold(replayed, event)
    assert replayed.incidents == life.world.incidents
    assert _questions(replayed) == _questions(life.world)
    assert replayed.proposals == life.world.proposals
    assert replayed.clocks == life.world.clocks
    assert replayed.escalations == life.world.escalations
    assert timers(replayed) == timers(life.world)


def _questions(world: World) -> dict[str, Question]:
    return {question.id: question for some in world.questions.values() for question in some.values()}


def check_sums(life: RandomLife) -> None:
    """Wall times of the lead holders add up; working time is what passed while the clocks ran."""
    incident, directory = life.own, MALARVIK
    resolving = timedelta()
    open_: dict[str, r.ClockStarted] = {}
    counted: dict[str, timedelta] = {}
    since: dict[str, datetime | None] = {}
    last_stop: datetime | None = None
    for event in life.history:
        if not isinstance(event, r.ClockEvent) or event.incident != incident.id or event.promise != "resolve":
            continue
        match event:
            case r.ClockStarted():
                open_[event.clock], since[event.clock], counted[event.clock] = event, event.started_at, timedelta()
                if event.role == "lead":
                    assert event.used == resolving, "what former holders used"
                    assert last_stop is None or event.started_at >= last_stop
            case r.ClockPaused() | r.ClockStopped():
                until = event.paused_at if isinstance(event, r.ClockPaused) else event.stopped_at
                start, calendar = since[event.clock], directory.calendar_of(open_[event.clock].agreement)
                if start is not None:
                    counted[event.clock] += working_time_between(calendar, start, until)
                since[event.clock] = None
                assert event.used == counted[event.clock]
                if isinstance(event, r.ClockStopped) and open_[event.clock].role == "lead":
                    resolving, last_stop = resolving + event.used, event.stopped_at
            case r.ClockResumed():
                since[event.clock] = event.resumed_at
            case _:
                pass
    assert resolving == incident.resolving
    check_walls(life)


def check_walls(life: RandomLife) -> None:
    """From hand to hand without a gap: the promise of the next word begins where the former holder's ended."""
    lead: set[str] = set()
    ended: tuple[datetime, str] | None = None
    for event in of_type(life.history, r.ClockEvent):
        if event.incident != life.own.id or event.promise != "next_update":
            continue
        if isinstance(event, r.ClockStarted) and event.role == "lead":
            assert ended is None or event.started_at == ended[0] or ended[1] == "ended"
            lead.add(event.clock)
        elif isinstance(event, r.ClockStopped) and event.clock in lead:
            ended = (event.stopped_at, event.reason)


def check_told_once(life: RandomLife) -> None:
    """A breach is told once, unless the promise got another time since."""
    told: Counter[str] = Counter()
    for event in life.history:
        if isinstance(event, r.ClockRescheduled):
            told[event.clock] = 0
        elif isinstance(event, r.ClockBreached):
            told[event.clock] += 1
            assert told[event.clock] == 1
            assert event.at >= event.due_at


def check_steps(life: RandomLife) -> None:
    """Steps are taken at their time, one wait after the other; never two waits' worth at once."""
    taken = [e for e in of_type(life.history, r.IncidentEscalated) if e.trigger == "step" and e.incident == life.own.id]
    at_once: dict[datetime, set[tuple[int | None, int | None]]] = {}
    for event in taken:
        at_once.setdefault(event.at, set()).add((event.round, event.step))
    assert all(len(places) == 1 for places in at_once.values()), "no burst"
    for wait in of_type(life.history, r.EscalationScheduled):
        assert wait.due_at is None or wait.due_at >= wait.since, "no step lies before its wait"


def check_parts(life: RandomLife) -> None:
    """What is accepted of the lead solves the case; of a vendor beside it, it ends that vendor's part alone (R7)."""
    lead: str | None = None
    vendors = {each.proposal: each.vendor for each in of_type(life.history, vendor_bridge.VendorResolutionProposed)}
    for event in of_type(life.history, r.IncidentEvent):
        match event:
            case r.IncidentAssigned(role="lead") if event.incident == life.own.id:
                lead = event.party
            case r.IncidentAssigned(rule="accepted", proposal=str(proposal)):
                assert event.previous == vendors[proposal] != lead
            case r.IncidentResolved(proposal=str(proposal)):
                assert vendors[proposal] == lead
            case _:
                pass


def check_asked(life: RandomLife) -> None:
    """Whoever asks that it goes further is followed once in four hours, and moves it once."""
    own = [event for event in of_type(life.history, r.IncidentEvent) if event.incident == life.own.id]
    followed: datetime | None = None
    moved: Counter[str | None] = Counter()
    causes: set[str | None] = set()
    for event in own:
        if isinstance(event, r.IncidentReopened):
            followed = None
        elif isinstance(event, r.IncidentEscalated) and event.trigger == "asked":
            moved[event.caused_by] += event.measure.action in MOVES
            assert moved[event.caused_by] <= 1
            if event.caused_by not in causes:
                assert followed is None or event.at - followed >= AGAIN
                causes.add(event.caused_by)
                followed = event.at


def check_turns(life: RandomLife) -> None:
    """What it is about or hits moves it at most once for each word of it, and from nobody who has begun with it."""
    moved: Counter[str | None] = Counter()
    for event in of_type(life.history, r.IncidentAssigned):
        by_itself = event.by is None and event.role == "lead" and event.rule not in ("escalated", "planned", "gone")
        if event.incident == life.own.id and by_itself and event.caused_by is not None:
            moved[event.caused_by] += 1
            assert moved[event.caused_by] == 1
