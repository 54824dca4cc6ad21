"""What is known to be broken on the simulated floor: contacts about it are answered with a notice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from zoneinfo import ZoneInfo

from app.core.events import CallCompleted
from app.core.ticket_events import NoticeEnded, NoticeLinked, NoticePosted, NoticeStillCutOff
from seed.hours import local_ms
from seed.randomness import stream
from seed.ticket_customers import Customers
from seed.ticket_scenario import OutageSpec
from seed.timeline import Timeline


class Outage:
    """One that lasts.

    Attributes:
        spec: What it is.
        notice: Its id.
        contacts: Those of customers who will still be cut off when it has ended.
    """

    def __init__(self, spec: OutageSpec, notice: str) -> None:
        self.spec = spec
        self.notice = notice
        self.contacts: list[str] = []


class Outages:
    """Posts and ends them, day by day.

    Args:
        specs: What breaks.
        seed: Names the streams.
        timeline: Where they are planned, and facts are left.
        zone: Where the scenario's times of day are.
        customers: Who calls.
        by: Who posts them.
    """

    def __init__(
        self,
        specs: Sequence[OutageSpec],
        seed: int,
        timeline: Timeline,
        zone: ZoneInfo,
        customers: Customers,
        by: str = "",
    ) -> None:
        self._specs = specs
        self._timeline = timeline
        self._zone = zone
        self._customers = customers
        self._by = by
        self._live: dict[str, Outage] = {}
        self._cut_off = stream(seed, "tickets/cut-off")

    def plan(self, day: date) -> None:
        """Plan the outages of a local day; one that should have ended already is not posted any more."""
        for number, spec in enumerate(self._specs, 1):
            ended_ms = local_ms(day, spec.ended, self._zone)
            if ended_ms <= self._timeline.now_ms:
                continue
            outage = Outage(spec, f"N-{day:%y%m%d}-{number}")
            posted_ms = local_ms(day, spec.posted, self._zone)
            expected_ms = local_ms(day, spec.expected, self._zone)
            self._timeline.at(posted_ms, partial(self._post, outage, expected_ms))
            self._timeline.at(ended_ms, partial(self._end, outage))

    def absorbs(self, call: CallCompleted, caller: str, drawn: float) -> bool:
        """Whether a call that ended was about something that is known; the contact is linked then.

        Args:
            call: The call.
            caller: Its number.
            drawn: What was drawn for it, from 0 to below 1,000: the highest are those of outages, in order.
        """
        line = 1000.0
        for outage in self._live.values():
            line -= outage.spec.queues.get(call.queue, 0)
            if drawn >= line:
                self._link(outage, call, caller)
                return True
        return False

    def _link(self, outage: Outage, call: CallCompleted, caller: str) -> None:
        contact = f"{outage.notice}/{call.call}"
        self._timeline.emit(
            NoticeLinked(
                at_ms=self._timeline.now_ms,
                notice=outage.notice,
                by=call.agent,
                contact=contact,
                call=call.call,
                caller=caller,
                customer=self._customers.of(caller).name,
                area=outage.spec.area,
                service=outage.spec.service,
            )
        )
        if self._cut_off() * 1000 < outage.spec.still_cut_off_per_mille:
            outage.contacts.append(contact)

    def _post(self, outage: Outage, expected_ms: int) -> None:
        self._live[outage.notice] = outage
        spec = outage.spec
        self._timeline.emit(
            NoticePosted(
                at_ms=self._timeline.now_ms,
                notice=outage.notice,
                by=self._by,
                area=spec.area,
                service=spec.service,
                wording=spec.wording,
                expected_end_ms=expected_ms,
            )
        )

    def _end(self, outage: Outage) -> None:
        del self._live[outage.notice]
        now_ms = self._timeline.now_ms
        self._timeline.emit(NoticeEnded(at_ms=now_ms, notice=outage.notice, by=self._by))
        for place, contact in enumerate(outage.contacts, 1):
            self._timeline.after(place * 240_000, partial(self._still_cut_off, outage.notice, contact))

    def _still_cut_off(self, notice: str, contact: str) -> None:
        self._timeline.emit(NoticeStillCutOff(at_ms=self._timeline.now_ms, notice=notice, by=self._by, contact=contact))
