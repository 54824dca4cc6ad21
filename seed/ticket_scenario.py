"""What the tickets of a simulated floor are made of: who works on them, what comes, and how it goes.

Everything is described in docs/simulator.md.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from app.core.calendars import parse_span
from app.core.i18n import _
from app.people.model import Level
from seed.scenario_parts import MinuteOfDay, Name, Part, PerMille, Spread, Weight

Line = Annotated[str, Field(min_length=1, max_length=200)]
Choice = Annotated[tuple[Line, ...], Field(min_length=1, max_length=100)]
MOST_BACKLOG_DAYS: Final = 60


class DepartmentSpec(Part):
    """A unit that tickets are sent to.

    Attributes:
        unit: Its id.
        name: What people call it.
        level: How high it stands.
        parent: The id of the unit above; the floor's own top unit, where that stands higher, unless given.
        hours: When it works, every day.
        staff: How many people it has.
        desk: The name of its desk; empty where nobody is named.
        phone: The desk's number but for its last digit, 0; the managers' end with 1, 2 …
        managers: What those are called who are phoned when nobody is reached there, in order; behind a surname.
        unheard_per_mille: Orders that nobody there notices until somebody phones, or for as long as `unheard` says.
        reached_per_mille: Phone calls that reach somebody there.
        is_elsewhere: Whether this crew sits at another place than the centre that sends it.
    """

    unit: Name
    name: Name
    level: Level
    parent: str = ""
    hours: tuple[str, ...] = ("00:00-24:00",)
    staff: Annotated[int, Field(strict=True, ge=1, le=100)] = 3
    desk: str = ""
    phone: str = ""
    managers: Annotated[tuple[Name, ...], Field(max_length=5)] = ()
    unheard_per_mille: PerMille = 0
    reached_per_mille: PerMille = 700
    is_elsewhere: bool = False

    @model_validator(mode="after")
    def _opens(self) -> Self:
        if not self.hours:
            raise ValueError(_("a unit that never works would keep its tickets for ever: give its hours"))
        for span in self.hours:
            parse_span(span)
        return self


class PaceSpec(Part):
    """How long each step takes, in the working hours of the unit whose step it is.

    Attributes:
        receive: From being sent until the unit notices it.
        forward: From there until the centre sends it on to a crew.
        deliver: From there until it reaches the crew.
        accept: Until somebody takes it on.
        contact: From there until the customer is spoken to.
        depart: From being accepted until the crew leaves.
        arrive: How long the crew is on its way.
        work: How long the work takes, once begun.
        answer: From being resolved until the customer is told.
        close: From there until it is closed.
    """

    receive: Spread
    forward: Spread | None = None
    deliver: Spread | None = None
    accept: Spread
    contact: Spread | None = None
    depart: Spread | None = None
    arrive: Spread | None = None
    work: Spread
    answer: Spread
    close: Spread


class TroubleSpec(Part):
    """How often a ticket goes another way than straight on.

    Attributes:
        returned_per_mille: Given back by the unit that was to do it.
        return_reasons: Why.
        return_charged_per_mille: Of those, how many were the fault of who gives it back.
        unqualified_per_mille: Marked as an order that should not be, or that lacks facts.
        delayed_per_mille: Crews that accept and say that they cannot leave at once.
        delay_reasons: Why.
        held_per_mille: Waits for the customer or for others.
        hold: How long.
        hold_reasons: For what.
        transferred_per_mille: Handed on to another unit of `transfer_to`.
        transfer_to: Which.
        promised_per_mille: The customer is promised a call.
        promise: For how long ahead.
        credited_per_mille: The customer is given an amount.
        credit_yuan: How much, picked at random.
        risk_per_mille: The customer threatens with the regulator or the press.
    """

    returned_per_mille: PerMille = 0
    return_reasons: tuple[Line, ...] = ()
    return_charged_per_mille: PerMille = 0
    unqualified_per_mille: PerMille = 0
    delayed_per_mille: PerMille = 0
    delay_reasons: tuple[Line, ...] = ()
    held_per_mille: PerMille = 0
    hold: Spread | None = None
    hold_reasons: tuple[Literal["customer", "third_party"], ...] = ("customer",)
    transferred_per_mille: PerMille = 0
    transfer_to: tuple[Name, ...] = ()
    promised_per_mille: PerMille = 0
    promise: Spread | None = None
    credited_per_mille: PerMille = 0
    credit_yuan: tuple[Annotated[int, Field(strict=True, ge=1, le=10_000)], ...] = ()
    risk_per_mille: PerMille = 0

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        for name, share, told in (
            ("return_reasons", self.returned_per_mille, self.return_reasons),
            ("delay_reasons", self.delayed_per_mille, self.delay_reasons),
            ("hold", self.held_per_mille, self.hold),
            ("hold_reasons", self.held_per_mille, self.hold_reasons),
            ("transfer_to", self.transferred_per_mille, self.transfer_to),
            ("promise", self.promised_per_mille, self.promise),
            ("credit_yuan", self.credited_per_mille, self.credit_yuan),
        ):
            if share and not told:
                raise ValueError(_("a share above 0 needs {name}").format(name=name))
        return self


class SubjectSpec(Part):
    """What a ticket can be about.

    Attributes:
        subject: In a word.
        services: Which services it can be about, picked at random.
        titles: What it is called, picked at random; "#area" and "#service" stand for those of the ticket.
    """

    subject: Line
    services: tuple[Line, ...] = ()
    titles: Choice


class KindSpec(Part):
    """One kind of ticket.

    Attributes:
        type: The policy's key.
        queues: By queue, how many of the answered calls become one.
        backlog_per_day: How many came on each day before the floor's first, at `reference_agents`.
        backlog_days: On how many days before.
        at_once_per_mille: Solved by the agent who writes it, during the call.
        to: The units it is sent to; the customer's area decides which.
        crews: Where it is sent on from there; none unless given.
        subjects: What it is about, picked at random.
        solutions: What was done in the end.
        pace: How long it takes.
        trouble: How often it goes another way.
    """

    type: Name
    queues: dict[Name, PerMille]
    backlog_per_day: Annotated[int, Field(strict=True, ge=0, le=100_000)] = 0
    backlog_days: Annotated[int, Field(strict=True, ge=0, le=MOST_BACKLOG_DAYS)] = 0
    at_once_per_mille: PerMille = 0
    to: Annotated[tuple[Name, ...], Field(min_length=1)]
    crews: tuple[Name, ...] = ()
    subjects: Annotated[tuple[SubjectSpec, ...], Field(min_length=1, max_length=100)]
    solutions: Choice
    pace: PaceSpec
    trouble: TroubleSpec = TroubleSpec()

    @model_validator(mode="after")
    def _crews_have_a_pace(self) -> Self:
        if self.crews:
            for name in ("forward", "deliver", "depart", "arrive"):
                if getattr(self.pace, name) is None:
                    raise ValueError(_("tickets that go to crews need the pace of {name}").format(name=name))
        return self


class SurveySpec(Part):
    """What customers say afterwards.

    Attributes:
        per_mille: Of the closed tickets, how many customers answer.
        after: How long after the closing.
        weights: Of one to five points, each worth 20 of 100.
        comments: What the dissatisfied say.
    """

    per_mille: PerMille
    after: Spread
    weights: Annotated[tuple[Weight, ...], Field(min_length=5, max_length=5)]
    comments: Choice


class OutageSpec(Part):
    """Something that is known to be broken for a while, on each day: contacts about it need no ticket.

    Attributes:
        area: Where.
        service: Which service.
        wording: What customers are told.
        posted: When it is posted.
        expected: When it is expected to end.
        ended: When it ends.
        queues: By queue, how many of the answered calls meanwhile are about it.
        still_cut_off_per_mille: Of those customers, how many have no service after it has ended.
    """

    area: Name
    service: Name
    wording: Line
    posted: MinuteOfDay
    expected: MinuteOfDay
    ended: MinuteOfDay
    queues: dict[Name, PerMille]
    still_cut_off_per_mille: PerMille = 0

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if min(self.expected, self.ended) <= self.posted:
            raise ValueError(_("what is broken works again after it broke, on the same day"))
        return self


class FlagSpec(Part):
    """How the loop of a customer who calls again is closed.

    Attributes:
        acknowledge: Until the unit has seen it.
        call_back: From there until the customer is called.
        write_back: From there until the result is written down.
        forgotten_per_mille: How many are seen and then forgotten.
    """

    acknowledge: Spread
    call_back: Spread
    write_back: Spread
    forgotten_per_mille: PerMille = 0


class TicketsSpec(Part):
    """The tickets of a floor.

    Attributes:
        units: Who works on them, those above first.
        desk: The name of the floor's own desk.
        phone: Its number.
        kinds: What comes.
        areas: Where customers live.
        stars_weights: Of customers with 0, 1, 2 … stars.
        forgotten_per_mille: Tickets that the agent forgets to send, and sends after `forgotten`.
        forgotten: How long after.
        phone_after: How long after being told somebody phones.
        unheard: How long an order that nobody noticed lies there when nobody phones.
        heard: How long after being phoned a unit takes an order on.
        resend: How long until a ticket that came back is sent again.
        call_back_late_per_mille: Promised calls that come too late, or not at all in every third case.
        survey: What customers say afterwards.
        flags: How loops are closed.
        outages: What is broken.
    """

    units: Annotated[tuple[DepartmentSpec, ...], Field(min_length=1, max_length=200)]
    desk: str = ""
    phone: str = ""
    kinds: Annotated[tuple[KindSpec, ...], Field(min_length=1, max_length=50)]
    areas: Choice
    stars_weights: Annotated[tuple[Weight, ...], Field(min_length=1, max_length=11)]
    forgotten_per_mille: PerMille = 0
    forgotten: Spread | None = None
    phone_after: Spread
    unheard: Spread
    heard: Spread
    resend: Spread
    call_back_late_per_mille: PerMille = 0
    survey: SurveySpec
    flags: FlagSpec
    outages: tuple[OutageSpec, ...] = ()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        known = [unit.unit for unit in self.units]
        if len(set(known)) < len(known):
            raise ValueError(_("two of the {parts} have the same name").format(parts="tickets.units"))
        seen: set[str] = set()
        for unit in self.units:
            if unit.parent and unit.parent not in seen:
                raise ValueError(
                    _("the unit {unit} lies under {parent}, which does not stand before it").format(
                        unit=unit.unit, parent=unit.parent
                    )
                )
            seen.add(unit.unit)
        for kind in self.kinds:
            if unknown := sorted({*kind.to, *kind.crews, *kind.trouble.transfer_to} - seen):
                raise ValueError(
                    _("the tickets of type {type} go to {unit}, which is no unit of tickets.units").format(
                        type=kind.type, unit=unknown[0]
                    )
                )
        if self.forgotten_per_mille and self.forgotten is None:
            raise ValueError(_("the share of {name} needs its length").format(name="forgotten"))
        if not any(self.stars_weights) or not any(self.survey.weights):
            raise ValueError(_("stars_weights and survey.weights must not all be 0"))
        return self
