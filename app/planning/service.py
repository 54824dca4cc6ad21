"""Changing the plan and deciding about adherence: each deed is checked, its effect shown, and kept as a fact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta, tzinfo
from typing import Final

from app.core.clock import Clock
from app.core.errors import RuleRefused, UsageProblem
from app.core.i18n import _
from app.core.reasons import ReasonCategory
from app.core.settings import Settings
from app.core.tables import shown
from app.core.zones import at
from app.planning.judge import Effect, Judge, JudgedShift, total
from app.planning.mapping import COUNTING_WORDS, AdherenceRules
from app.planning.model import (
    AMENDABLE_DAYS,
    LONGEST_SHIFT_MS,
    Activity,
    AdherenceException,
    ExceptionKind,
    ScheduledSpan,
    Shift,
    TimeRange,
    Verdict,
    VersionKind,
)
from app.planning.ports import PlanningStore
from app.planning.schedules import overlapped

LONGEST_REASON: Final = 200


def rules_of(settings: Settings) -> AdherenceRules:
    """The rules a site's settings ask for.

    Raises:
        UsageProblem: When the table names an activity or a state that does not exist.
    """
    counts: dict[Activity, frozenset[str]] = {}
    for written, words in settings.adherence_counts.items():
        unknown = sorted(set(words) - COUNTING_WORDS)
        if written not in set(Activity) or unknown:
            known = ", ".join(sorted(set(Activity) if written not in set(Activity) else COUNTING_WORDS))
            raise UsageProblem(
                _("Setting adherence_counts: {word} is not known; known are {known}.").format(
                    word=shown(unknown[0] if written in set(Activity) else written), known=known
                )
            )
        counts[Activity(written)] = frozenset(words)
    reasons: Mapping[str, ReasonCategory] = settings.reasons
    return AdherenceRules(
        settings.grace_seconds,
        settings.severe_seconds,
        settings.training_interchangeable,
        counts,
        {reason.strip().casefold(): category for reason, category in reasons.items()},
    )


class PlanningService:
    """What people do to the plan.

    Args:
        store: Where it is kept.
        zone: The site's zone.
        clock: Tells the present instant.
        now_ms: Up to where the floor is known; None for the clock's instant.
    """

    def __init__(self, store: PlanningStore, zone: tzinfo, clock: Clock, now_ms: int | None = None) -> None:
        self._store = store
        self._zone = zone
        self._clock = clock
        self._now_ms = clock.now_ms() if now_ms is None else now_ms

    def note_rules(self, rules: AdherenceRules) -> bool:
        """Have rules hold from today on; days before keep the rules they were judged by.

        The first rules ever noted hold for all time before. Returns whether anything changed.
        """
        if _are_newest(rules, self._store.rules_versions()):
            return False
        with self._store.writing():
            versions = self._store.rules_versions()
            if _are_newest(rules, versions):
                return False
            self._store.save_rules(at(self._clock.now_ms(), self._zone).date() if versions else date.min, rules)
            return True

    # -- the schedule ------------------------------------------------------------------------------------------------

    def amend(
        self, agent: str, shift_date: date, spans: Sequence[ScheduledSpan], actor: str, why: str, dry_run: bool = False
    ) -> Effect:
        """Replace an agent's shift on a date, or take it away.

        Args:
            agent: Whose.
            shift_date: The date.
            spans: The new shift, in order; none takes it away.
            actor: Who wants it.
            why: The reason.
            dry_run: Only say what it would do.

        Raises:
            RuleRefused: When the agent is not known, the date is too far back, the shift overlaps another one, or
                nothing would change.
        """
        shift = Shift(agent, shift_date, tuple(spans))
        with self._store.reading() if dry_run else self._store.writing():
            standing = self._store.shifts_on((agent, shift_date + timedelta(days=step)) for step in (-1, 0, 1))
            before = standing.pop((agent, shift_date), None)
            self._check_amendment(shift, before, standing)
            borders = [each for each in (before, shift) if each is not None and each.spans]
            touched = TimeRange(min(s.start_ms for s in borders), max(s.end_ms for s in borders))
            judged_before = self._judged_on(Judge(self._store, self._zone, self._now_ms), shift)
            proposed = Judge(self._store, self._zone, self._now_ms, proposed=[shift])
            judged_after = self._judged_on(proposed, shift)
            number = 0
            if not dry_run:
                number = self._store.add_version(
                    VersionKind.AMENDED, self._clock.now_ms(), actor, _checked_reason(why), [shift]
                )
        count = max(len(judged_before), len(judged_after))
        return Effect(total(judged_before), total(judged_after), count, number, touched)

    def _check_amendment(
        self, shift: Shift, before: Shift | None, neighbours: Mapping[tuple[str, date], Shift]
    ) -> None:
        if shift.agent not in self._store.known_agents():
            raise RuleRefused(_("There is no agent {agent}: import the roster first.").format(agent=shown(shift.agent)))
        if (before.spans if before is not None else ()) == shift.spans:
            raise RuleRefused(
                _("Nothing would change: this is what is planned for {agent} on {date}.").format(
                    agent=shown(shift.agent), date=shift.shift_date.isoformat()
                )
            )
        oldest = at(self._clock.now_ms(), self._zone).date() - timedelta(days=AMENDABLE_DAYS)
        if before is not None and shift.shift_date < oldest:
            raise RuleRefused(
                _("A shift can be changed up to {days} days back: {date} is too long ago.").format(
                    days=AMENDABLE_DAYS, date=shift.shift_date.isoformat()
                )
            )
        for span in shift.spans:
            other = overlapped(span, neighbours.values())
            if other is not None:
                raise RuleRefused(
                    _("The shift would overlap the one of {date}: change that one first.").format(
                        date=other.shift_date.isoformat()
                    )
                )

    def _judged_on(self, judge: Judge, shift: Shift) -> list[JudgedShift]:
        """The agent's shift of the date, with its neighbours: overtime between them may change hands."""
        noon_ms = _noon_ms(shift.shift_date)
        around = judge.shifts(shift.agent, noon_ms - 2 * LONGEST_SHIFT_MS, noon_ms + 2 * LONGEST_SHIFT_MS)
        return [each for each in around if each.shift.shift_date == shift.shift_date]

    # -- decisions ---------------------------------------------------------------------------------------------------

    def approve(
        self, agent: str, start_ms: int, end_ms: int | None, reason: str, actor: str, dry_run: bool = False
    ) -> Effect:
        """Make an agent's out and unmapped time in a range neutral.

        Args:
            agent: Whose.
            start_ms: First instant.
            end_ms: First instant after; None for the whole out spell, or unmapped stretch, that `start_ms` lies in.
            reason: Why.
            actor: Who approves.
            dry_run: Only say what it would do.

        Raises:
            RuleRefused: When there is nothing in the range to approve.
            UsageProblem: When the range is back to front, or there is no reason.
        """
        reason = _checked_reason(reason)
        with self._store.reading() if dry_run else self._store.writing():
            stored = self._store.exceptions()
            judged = self._touching(Judge(self._store, self._zone, self._now_ms, exceptions=stored), agent, start_ms)
            if end_ms is None:
                chosen = _spell_at(judged, start_ms)
                if chosen is None:
                    raise RuleRefused(
                        _("{agent} was not out then: name the range with --from and --to.").format(agent=shown(agent))
                    )
            else:
                chosen = _checked_range(start_ms, end_ms)
            decided = AdherenceException(
                0, ExceptionKind.APPROVAL, agent, *chosen, reason=reason, actor=actor, at_ms=self._clock.now_ms()
            )
            effect = self._effect(stored, decided, [agent])
            if effect.before == effect.after and not self._is_ahead(agent, chosen):
                raise RuleRefused(
                    _("{agent} has no out or unmapped time there: nothing to approve.").format(agent=shown(agent))
                )
            return effect if dry_run else replace(effect, number=self._store.add_exception(decided))

    def neutralise(self, start_ms: int, end_ms: int, reason: str, actor: str, dry_run: bool = False) -> Effect:
        """Make a period neutral for everyone.

        Args:
            start_ms: First instant.
            end_ms: First instant after.
            reason: Why.
            actor: Who decides.
            dry_run: Only say what it would do.

        Raises:
            UsageProblem: When the range is back to front, or there is no reason.
        """
        chosen = _checked_range(start_ms, end_ms)
        reason = _checked_reason(reason)
        with self._store.reading() if dry_run else self._store.writing():
            decided = AdherenceException(
                0, ExceptionKind.NEUTRAL_PERIOD, "", *chosen, reason=reason, actor=actor, at_ms=self._clock.now_ms()
            )
            agents = self._store.scheduled_agents(start_ms, end_ms)
            effect = self._effect(self._store.exceptions(), decided, agents)
            return effect if dry_run else replace(effect, number=self._store.add_exception(decided))

    def cancel(self, number: int, reason: str, actor: str, dry_run: bool = False) -> Effect:
        """Take back an approval or a neutralised period: a new fact, the old one stays readable.

        Raises:
            RuleRefused: When there is none of that number, or it was taken back already.
            UsageProblem: When there is no reason.
        """
        reason = _checked_reason(reason)
        with self._store.reading() if dry_run else self._store.writing():
            stored = self._store.exceptions()
            decided = next((each for each in stored if each.number == number and each.holds), None)
            if decided is None:
                raise RuleRefused(
                    _("There is no decision {number} that holds: “watchfloor adherence list” names them.").format(
                        number=number
                    )
                )
            others = [each for each in stored if each.number != number]
            effect = self._effect(others, decided, self._agents_of(decided))
            if not dry_run:
                self._store.cancel_exception(number, self._clock.now_ms(), actor, reason)
        return Effect(effect.after, effect.before, effect.shifts, number, effect.range, effect.agents)

    def listed(self) -> list[tuple[AdherenceException, Effect]]:
        """Every decision, with the figures before and after it of the shifts it touches, as the facts have them today.

        Those before it count as they hold today, those after it do not.
        """
        with self._store.reading():
            stored = self._store.exceptions()
            return [
                (each, self._effect(stored[:index], each, self._agents_of(each))) for index, each in enumerate(stored)
            ]

    def _agents_of(self, decided: AdherenceException) -> list[str]:
        """Whose shifts a decision may touch."""
        return [decided.agent] if decided.agent else self._store.scheduled_agents(*decided.range)

    def _effect(
        self, others: Sequence[AdherenceException], decided: AdherenceException, agents: Sequence[str]
    ) -> Effect:
        before = Judge(self._store, self._zone, self._now_ms, exceptions=others)
        counted = replace(decided, cancelled_ms=None)
        after = Judge(self._store, self._zone, self._now_ms, exceptions=[*others, counted])
        judged = [
            [each for agent in agents for each in judge.touching(agent, *decided.range)] for judge in (before, after)
        ]
        counted_agents = len({each.shift.agent for each in judged[0]})
        return Effect(total(judged[0]), total(judged[1]), len(judged[0]), decided.number, decided.range, counted_agents)

    def _touching(self, judge: Judge, agent: str, start_ms: int, end_ms: int | None = None) -> list[JudgedShift]:
        reach_ms = 2 * LONGEST_SHIFT_MS
        return judge.shifts(agent, start_ms - reach_ms, (start_ms if end_ms is None else end_ms) + reach_ms)

    def _is_ahead(self, agent: str, chosen: TimeRange) -> bool:
        """Whether planned time in the range has yet to come, so that it can be approved beforehand."""
        return chosen.end_ms > self._now_ms and bool(self._store.shifts(agent, *chosen))


def _are_newest(rules: AdherenceRules, versions: Sequence[tuple[date, AdherenceRules]]) -> bool:
    return bool(versions) and versions[-1][1] == rules


def _noon_ms(day: date) -> int:
    """The instant of noon of a date, in UTC: within 14 hours of it in every zone."""
    return (day - date(1970, 1, 1)).days * 86_400_000 + 43_200_000


def _spell_at(judged: Sequence[JudgedShift], at_ms: int) -> TimeRange | None:
    for shift in judged:
        for span in shift.verdicts:
            if span.start_ms <= at_ms < span.end_ms:
                if span.verdict is Verdict.OUT and span.spell_start_ms is not None and span.spell_end_ms is not None:
                    return TimeRange(span.spell_start_ms, span.spell_end_ms)
                if span.verdict is Verdict.UNMAPPED:
                    return TimeRange(span.start_ms, span.end_ms)
    return None


def _checked_range(start_ms: int, end_ms: int) -> TimeRange:
    if end_ms <= start_ms:
        raise UsageProblem(_("The range is empty: --to must lie after --from."))
    return TimeRange(start_ms, end_ms)


def _checked_reason(reason: str) -> str:
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise UsageProblem(
            _("Say why, in at most {limit} characters: it stays beside the figures.").format(limit=LONGEST_REASON)
        )
    return reason
