"""What simulated people do beside the work: phone when they are told, answer flags, say how satisfied they are."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Final, Literal

from app.core import ticket_events as facts
from app.tickets.model import TicketState
from seed.randomness import WeightedChoice
from seed.ticket_case import Case, length_ms
from seed.ticket_scenario import TicketsSpec
from seed.ticket_work import Work
from seed.timeline import Timeline

_POINTS: Final = 20
"""What each point of a customer's answer is worth, of 100."""

_MANAGER_REACHED_PER_MILLE: Final = 850
_MANAGERS: Final[dict[str, tuple[int, Literal["manager_1", "manager_2"]]]] = {
    "manager_1": (0, "manager_1"),
    "manager_2": (1, "manager_2"),
}


class Reactions:
    """Plans and does them.

    Args:
        spec: How often and how long.
        work: Goes on with a ticket when somebody was reached.
        people: The ids of everybody who is simulated: nobody else reacts here.
        timeline: Where it is planned, and facts are left.
    """

    def __init__(self, spec: TicketsSpec, work: Work, people: Collection[str], timeline: Timeline) -> None:
        self._spec = spec
        self._work = work
        self._people = people
        self._timeline = timeline

    # -- being told that an order was not received -------------------------------------------------------------------

    def told(self, case: Case, event: facts.TicketEscalated) -> None:
        """Somebody was told that a clock goes on: who sent the ticket phones, where nobody has it yet."""
        if event.role not in ("sender", *_MANAGERS) or case.sent_by not in self._people:
            return
        delay_ms = length_ms(case.draw, self._spec.phone_after)
        self._timeline.after(delay_ms, partial(self._phone, case, case.sent_by, event.role))

    def _phone(self, case: Case, by: str, role: str) -> None:
        place = self._work.place(case)
        is_waiting = case.path.state in (TicketState.SENT, TicketState.RECEIVED) and case.sent_by == by
        if place is None or case.is_theirs or not is_waiting:
            return
        if role in _MANAGERS:
            number, called = _MANAGERS[role]
            managers = place.contacts().managers
            if number >= len(managers):
                return
            is_reached = case.chance(_MANAGER_REACHED_PER_MILLE)
            contact, said = managers[number], called
            self._tell_phoned(case, by, said, contact.person or contact.name, contact.phone, is_reached)
        else:
            desk = place.contacts().desk
            is_reached = case.chance(place.spec.reached_per_mille)
            name, number_called = ("", "") if desk is None else (desk.name, desk.phone)
            self._tell_phoned(case, by, "unit", name, number_called, is_reached)
        if is_reached:
            self.reached(case)

    def _tell_phoned(
        self,
        case: Case,
        by: str,
        role: Literal["unit", "manager_1", "manager_2"],
        person: str,
        number: str,
        is_reached: bool,
    ) -> None:
        self._work.tell(case, facts.TicketPhoned, by, role=role, person=person, number=number, reached=is_reached)
        self._work.aside.phoned(case)

    def reached(self, case: Case) -> None:
        """Somebody of the unit knows now that a ticket came."""
        if case.path.state is TicketState.SENT and not case.is_heard:
            case.is_heard = True
            self._work.go_on(case)

    # -- flags -------------------------------------------------------------------------------------------------------

    def flagged(self, case: Case, event: facts.TicketFlagged) -> None:
        """The customer called again: the unit that has the ticket sees it, calls back, and writes down what came."""
        flags = self._spec.flags
        if case.chance(flags.forgotten_per_mille // 3):
            return
        at_ms = self._timeline.now_ms + length_ms(case.draw, flags.acknowledge)
        self._timeline.at(at_ms, partial(self._answer_flag, case, event.flag_id, "acknowledged"))
        if case.chance(flags.forgotten_per_mille):
            return
        at_ms += length_ms(case.draw, flags.call_back)
        self._timeline.at(at_ms, partial(self._answer_flag, case, event.flag_id, "called_back"))
        at_ms += length_ms(case.draw, flags.write_back)
        self._timeline.at(at_ms, partial(self._answer_flag, case, event.flag_id, "written_back"))

    def _answer_flag(self, case: Case, flag_id: str, step: str) -> None:
        if not case.is_theirs and case.path.state is not TicketState.CLOSED:
            self._work.tell(case, facts.TicketFlagAnswered, self._work.hand(case), flag_id=flag_id, step=step)

    # -- what customers say ------------------------------------------------------------------------------------------

    def ask(self, case: Case) -> None:
        """A ticket was closed: some customers say how satisfied they are."""
        survey = self._spec.survey
        if case.chance(survey.per_mille):
            points = WeightedChoice(case.draw, range(1, 6), survey.weights)()
            comment = case.pick(survey.comments) if points <= 2 else ""
            self._timeline.after(length_ms(case.draw, survey.after), partial(self._say, case, points, comment))

    def _say(self, case: Case, points: int, comment: str) -> None:
        if case.path.state is TicketState.CLOSED and case.path.cycles[-1].score is None:
            self._work.tell(case, facts.TicketSurveyed, "", score=points * _POINTS, comment=comment)
            self._work.aside.surveyed(case)
