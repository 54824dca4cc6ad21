"""Notices: what is known to be broken, said once to everyone who would else write a ticket about it; and what is going
to happen, said ahead to who has to be ready for it. One object: the one becomes the other when it begins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Any, Final, NamedTuple, Protocol

from app.core.alert_events import AlertDelivered
from app.core.clock import Clock
from app.core.errors import RuleRefused, UsageProblem
from app.core.facts import Batch, Draft
from app.core.i18n import _
from app.core.journal import Journal
from app.core.tables import shown
from app.core.ticket_events import NoticeEnded, NoticeEvent, NoticeKind, NoticePosted, NoticeStillCutOff, NoticeTold
from app.core.zones import at, iso
from app.floor.figures import ratio
from app.people.actors import is_leader
from app.people.model import Actor
from app.tickets.making import built
from app.tickets.model import Ticket
from app.tickets.notice_match import matching
from app.tickets.notice_times import (
    DEFAULT_AHEAD_SECONDS,
    LONGEST_AHEAD_SECONDS,
    MOST_LEADS,
    PASSING,
    Phase,
    begins_ms,
    over_ms,
)
from app.tickets.notice_times import phase as phase_of
from app.tickets.numbers import SerialStore, number_of
from app.tickets.ports import Notice, NoticeContact, TicketReader
from app.tickets.service import SOURCE

PREFIX: Final = "N"
"""What the names of notices begin with: N-261121-0001."""


class EventPlan(NamedTuple):
    """What a notice is of, from when on, and who is told of it ahead.

    Attributes:
        event: What happens.
        starts_ms: When it begins; None where it has.
        volume_percent: What it should do to the calls: 45 for 45 % more; None where nobody knows.
        ahead_seconds: How long before it begins people are told; None for a day and an hour.
        tell: The keys of those who are told; empty for those of the chain of level III.
    """

    event: NoticeKind = "outage"
    starts_ms: int | None = None
    volume_percent: int | None = None
    ahead_seconds: tuple[int, ...] | None = None
    tell: tuple[str, ...] = ()


def leads_of(event: EventPlan) -> tuple[int, ...]:
    """How long before it begins people are told, the longest first; empty for what has begun already."""
    if event.starts_ms is None:
        return ()
    given = DEFAULT_AHEAD_SECONDS if event.ahead_seconds is None else event.ahead_seconds
    return tuple(sorted(set(given), reverse=True))


def check_plan(event: EventPlan, expected_end_ms: int | None) -> None:
    """Let pass what could be.

    Raises:
        UsageProblem: When the end is not after the beginning, or a lead is none.
    """
    if event.starts_ms is not None and expected_end_ms is not None and expected_end_ms <= event.starts_ms:
        raise UsageProblem(_("It would end before it begins: give an end after the beginning."))
    if event.event in PASSING and expected_end_ms is None:
        raise UsageProblem(_("What is over by itself needs an end: give the time at which it is over."))
    leads = event.ahead_seconds or ()
    if leads and event.starts_ms is None:
        raise UsageProblem(_("Nobody is told ahead of what has begun: give the time at which it begins."))
    if len(leads) > MOST_LEADS or not all(0 < lead <= LONGEST_AHEAD_SECONDS for lead in leads):
        raise UsageProblem(_("People are told up to ten times ahead, from a second to 30 days before."))


class NoticeStore(TicketReader, SerialStore, Protocol):
    """Notices, and the names given out."""


class NoticeService:
    """What one person does with notices: leaders post and end them, everyone says who is still cut off.

    Args:
        journal: Where facts are recorded.
        tickets: Where notices are read; of the same connection.
        actor: Who does it.
        clock: Tells when.
        zone: The site's zone: its local date is in the name of a notice.
    """

    def __init__(self, journal: Journal, tickets: NoticeStore, actor: Actor, clock: Clock, zone: tzinfo) -> None:
        self._journal = journal
        self._tickets = tickets
        self._actor = actor
        self._clock = clock
        self._zone = zone

    def post(
        self,
        wording: str,
        *,
        area: str = "",
        service: str = "",
        expected_end_ms: int | None = None,
        again: str = "",
        event: EventPlan | None = None,
    ) -> str:
        """Tell everyone that something is broken, or is going to happen; returns the notice's name.

        Args:
            wording: What customers are told.
            area: Where; empty for everywhere.
            service: Which service; empty for every.
            expected_end_ms: When it should work again, or be over; None where nobody knows.
            again: The notice whose words are replaced by these, which is live again if it had ended; empty for a new
                one.
            event: What it is, from when on, and who is told ahead; None for an outage that is there already.

        Raises:
            RuleRefused: When the actor leads nobody, or there is no such notice.
            UsageProblem: When a value is wrong.
        """
        self._check_leader()
        if not wording.strip():
            raise UsageProblem(_("Say what customers are told: the wording of a notice is not empty."))
        notice = again
        event = EventPlan() if event is None else event
        check_plan(event, expected_end_ms)
        values: dict[str, object] = {
            "wording": wording.strip(),
            "area": area.strip(),
            "service": service.strip(),
            "expected_end_ms": expected_end_ms,
            "event": event.event,
            "starts_ms": event.starts_ms,
            "volume_percent": event.volume_percent,
            "ahead_seconds": leads_of(event),
            "tell": event.tell,
        }

        def make(now_ms: int) -> Any:
            nonlocal notice
            if again:
                self._found(again)
            else:
                notice = self._new_name(now_ms)
            return built(NoticePosted, "post", values, at_ms=now_ms, notice=notice, by=self._actor.person)

        self._record(make)
        return notice

    def end(self, notice: str) -> None:
        """Tell everyone that it works again, or is over, or will not be. Customers who said that theirs does not work
        get a ticket by themselves.

        Raises:
            RuleRefused: When the actor leads nobody, or there is no such notice, or it has ended.
        """
        self._check_leader()

        def make(now_ms: int) -> Any:
            found = self._found(notice)
            if found.ended_ms is not None:
                ended = at(found.ended_ms, self._zone).strftime("%Y-%m-%d %H:%M")
                raise RuleRefused(_("Notice {notice} ended at {when}.").format(notice=shown(notice), when=ended))
            end_ms = over_ms(found)
            if end_ms is not None and end_ms <= now_ms:
                over = at(end_ms, self._zone).strftime("%Y-%m-%d %H:%M")
                raise RuleRefused(
                    _("Notice {notice} was over at {when} by itself.").format(notice=shown(notice), when=over)
                )
            return NoticeEnded(at_ms=max(now_ms, found.posted_ms), notice=notice, by=self._actor.person)

        self._record(make)

    def still_cut_off(self, notice: str, contact: str) -> None:
        """Note that a customer whose contact was answered with a notice is without service still.

        Raises:
            RuleRefused: When there is no such notice or contact, or it was said already.
        """

        def make(now_ms: int) -> Any:
            self._found(notice)
            known = {each.contact: each for each in self._tickets.notice_contacts(notice)}
            if contact not in known:
                raise RuleRefused(
                    _(
                        "Notice {notice} has answered no contact {contact}: “watchfloor notices contacts” names them."
                    ).format(notice=shown(notice), contact=shown(contact))
                )
            if known[contact].is_cut_off:
                raise RuleRefused(_("That was said of contact {contact} already.").format(contact=shown(contact)))
            return NoticeStillCutOff(at_ms=now_ms, notice=notice, by=self._actor.person, contact=contact)

        self._record(make)

    def _record(self, make: Callable[[int], Any]) -> None:
        def batch() -> Batch:
            event = make(self._clock.now_ms())
            identity = "/".join((event.kind, event.notice, getattr(event, "contact", ""), repr(event)))
            return Batch(SOURCE, [Draft(event, identity.encode())])

        self._journal.decide(batch)

    def _check_leader(self) -> None:
        if not is_leader(self._actor):
            raise RuleRefused(_("Who leads a unit posts and ends notices: ask your supervisor."))

    def _found(self, notice: str) -> Notice:
        found = find(self._tickets, notice)
        if found is None:
            raise unknown_notice(notice)
        return found

    def _new_name(self, now_ms: int) -> str:
        day = at(now_ms, self._zone).strftime("%y%m%d")
        taken = {notice.notice for notice in self._tickets.notices(only_live=False)}
        while (name := number_of(PREFIX, day, self._tickets.next_serial(f"{PREFIX}{day}"))) in taken:
            pass
        return name


def unknown_notice(notice: str) -> RuleRefused:
    """The error of asking for a notice that there is none of."""
    return RuleRefused(
        _("There is no notice {notice}: “watchfloor notices list --all” names them.").format(notice=shown(notice))
    )


def find(tickets: TicketReader, notice: str) -> Notice | None:
    """A notice by its name; None where there is none."""
    return next((one for one in tickets.notices(only_live=False) if one.notice == notice), None)


# -- figures and rows ------------------------------------------------------------------------------------------------


class Absorption(NamedTuple):
    """How much work a notice saved.

    Attributes:
        absorbed: Contacts that were answered with it.
        cut_off: Of these, customers who said that they are without service still.
        tickets: Tickets of its area and service that were written while it was live.
    """

    absorbed: int
    cut_off: int
    tickets: int

    @property
    def share(self) -> float | None:
        """Share absorbed 公告吸收率: absorbed / (absorbed + tickets); None where both are 0."""
        return ratio(self.absorbed, self.absorbed + self.tickets)


def is_about(notice: Notice, ticket: Ticket, now_ms: int) -> bool:
    """Whether a ticket was written while a notice was live, and of what it names: a ticket that does not say where or
    what is about none that does."""
    start_ms, end_ms = _held(notice, now_ms)
    if ticket.is_taken_back or not start_ms <= ticket.created_ms < end_ms:
        return False
    if (notice.area and not ticket.area.strip()) or (notice.service and not ticket.service.strip()):
        return False
    return bool(matching([notice], ticket.area, ticket.service))


def _held(notice: Notice, now_ms: int) -> tuple[int, int]:
    """From when to when it held so far; nothing of what has not begun."""
    start_ms, end_ms = begins_ms(notice), over_ms(notice)
    return start_ms, max(start_ms, now_ms if end_ms is None else min(end_ms, now_ms))


def absorption(notice: Notice, tickets: TicketReader, now_ms: int) -> Absorption:
    """How much work a notice saved so far.

    Args:
        notice: Which.
        tickets: Where contacts and tickets are read.
        now_ms: The present instant: a notice that is live counts until then.
    """
    start_ms, end_ms = _held(notice, now_ms)
    written = tickets.tickets_between(start_ms, end_ms) if start_ms < end_ms else ()
    contacts = tickets.notice_contacts(notice.notice)
    return Absorption(
        len(contacts),
        sum(contact.is_cut_off for contact in contacts),
        sum(is_about(notice, ticket, now_ms) for ticket in written),
    )


def notice_row(notice: Notice, saved: Absorption, zone: tzinfo, now_ms: int) -> Mapping[str, object]:
    """A notice under the names the command line promises."""
    phase = phase_of(notice, now_ms)
    return {
        "notice": notice.notice,
        "event": notice.event,
        "phase": phase.value,
        "starts": iso(begins_ms(notice), zone),
        "starts_in_seconds": (begins_ms(notice) - now_ms) // 1000 if phase is Phase.PLANNED else None,
        "volume_percent": notice.volume_percent,
        "posted": iso(notice.posted_ms, zone),
        "by": notice.by,
        "area": notice.area,
        "service": notice.service,
        "wording": notice.wording,
        "expected_end": None if notice.expected_end_ms is None else iso(notice.expected_end_ms, zone),
        "ended": None if notice.ended_ms is None else iso(notice.ended_ms, zone),
        "absorbed": saved.absorbed,
        "cut_off": saved.cut_off,
        "tickets": saved.tickets,
        "absorbed_share": saved.share,
        "ahead_seconds": list(notice.ahead_seconds),
        "tell": list(notice.tell),
    }


def timeline(tickets: TicketReader, notice: str) -> list[NoticeEvent | AlertDelivered]:
    """What was said of a notice and who was told of it with what answer, in order."""
    facts: list[NoticeEvent | AlertDelivered] = [*tickets.notice_facts(notice), *tickets.notice_deliveries(notice)]
    return sorted(facts, key=lambda fact: fact.at_ms)


def timeline_row(fact: NoticeEvent | AlertDelivered, zone: tzinfo) -> Mapping[str, object]:
    """A fact of a notice's life under the names the command line promises."""
    told = fact if isinstance(fact, NoticeTold) else None
    delivered = fact if isinstance(fact, AlertDelivered) else None
    return {
        "at": iso(fact.at_ms, zone),
        "what": fact.kind,
        "by": fact.by or None,
        "wording": fact.wording if isinstance(fact, NoticePosted) else None,
        "leads_seconds": None if told is None else list(told.leads_seconds),
        "recipients": _recipients(told, delivered),
        "channel": None if delivered is None else delivered.channel,
        "outcome": None if delivered is None else delivered.outcome,
        "answer": None if delivered is None else delivered.answer,
    }


def _recipients(told: NoticeTold | None, delivered: AlertDelivered | None) -> list[str] | None:
    if told is not None:
        return list(told.recipients)
    return None if delivered is None else [delivered.recipient]


def contact_row(contact: NoticeContact, zone: tzinfo) -> Mapping[str, object]:
    """A contact that a notice absorbed under the names the command line promises."""
    return {
        "notice": contact.notice,
        "contact": contact.contact,
        "at": iso(contact.at_ms, zone),
        "by": contact.by,
        "call": contact.call,
        "caller": contact.caller,
        "customer": contact.customer,
        "area": contact.area,
        "service": contact.service,
        "cut_off": contact.is_cut_off,
    }
