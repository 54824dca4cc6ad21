"""Schedules: read row by row, put together into shifts, compared with what stands, published as a version."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

from app.core.errors import RuleRefused, UsageProblem
from app.core.i18n import _
from app.core.imports import Action, Change, Parsed, Planned
from app.core.tables import BadRow, Columns, RowProblem, TableRow, shown
from app.core.zones import at, iso
from app.planning.model import (
    AMENDABLE_DAYS,
    LONGEST_SHIFT_MS,
    SHIFT_GAP_MS,
    Activity,
    ScheduledSpan,
    Shift,
    VersionKind,
)
from app.planning.ports import PlanningStore
from app.planning.times import TimeReader, local_ms

ACTIVITY_WORDS: Final[Mapping[str, str]] = {
    **{activity.value: activity.value for activity in Activity},
    "on queue": Activity.ON_QUEUE.value,
    "在线": Activity.ON_QUEUE.value,
    "接线": Activity.ON_QUEUE.value,
    "小休": Activity.BREAK.value,
    "用餐": Activity.MEAL.value,
    "lunch": Activity.MEAL.value,
    "培训": Activity.TRAINING.value,
    "会议": Activity.MEETING.value,
    "辅导": Activity.COACHING.value,
    "离线": Activity.OFFLINE.value,
    "休假": Activity.LEAVE.value,
    "请假": Activity.LEAVE.value,
}
"""What a schedule may call an activity."""

Key = tuple[str, date]
"""An agent and a date: what names a shift."""


class ScheduleRow(NamedTuple):
    """What one row of a schedule says.

    Attributes:
        agent: The agent id.
        activity: What is planned.
        start_ms: First instant.
        end_ms: First instant after; the same where a change of the clocks leaves nothing of the span.
        start_date: The local date on which it starts.
        shift_date: The date of its shift, where the file says so.
    """

    agent: str
    activity: Activity
    start_ms: int
    end_ms: int
    start_date: date
    shift_date: date | None


RowChange = ScheduleRow | ScheduledSpan


class ScheduleImport:
    """`import schedule`: planned time; implements `ImportKind`.

    Each shift that a file touches becomes what the file says of it; shifts it does not name stay as they are.

    Args:
        store: Where schedules are kept.
        times: Reads times, local ones in the site's zone.
        actor: Who imports.
        at_ms: When.
        file: From which file, for the version.
    """

    name: Final = "schedule"
    columns: Final = Columns(("agent_id", "activity", "start", "end"), ("shift_date",))

    def __init__(self, store: PlanningStore, times: TimeReader, actor: str, at_ms: int, file: str) -> None:
        self._store = store
        self._times = times
        self._actor = actor
        self._at_ms = at_ms
        self._file = file
        self._known = store.known_agents()
        self._publish: list[Shift] = []
        self._spoilt: set[tuple[str, date | None]] = set()
        self._spoilt_shifts: set[Key] = set()

    def parse_row(self, row: TableRow) -> RowChange:
        """A planned span.

        Raises:
            RowProblem: When a cell does not mean what its column says, or the span has no length.
        """
        agent = row.needed("agent_id")
        if agent not in self._known:
            raise RowProblem(
                "agent_id", _("there is no agent {agent}: import the roster first").format(agent=shown(agent))
            )
        try:
            return self._parsed(agent, row)
        except RowProblem:
            started = self._times.read(row.text("start"))
            self._spoilt.add((agent, None if started is None else started[1].date()))
            raise

    def _is_spoilt(self, key: Key) -> bool:
        """Whether a row that cannot be taken may be of this shift, or of its part after midnight."""
        agent, day = key
        return key in self._spoilt_shifts or any(
            (agent, other) in self._spoilt for other in (None, day, day + timedelta(days=1))
        )

    def _spoil(self, dated: Iterable[tuple[ScheduledSpan, int]], bad_rows: Iterable[BadRow]) -> None:
        lines = {bad.line for bad in bad_rows}
        self._spoilt_shifts |= {(span.agent, span.shift_date) for span, line in dated if line in lines}

    def _parsed(self, agent: str, row: TableRow) -> RowChange:
        activity = Activity(row.one_of("activity", ACTIVITY_WORDS))
        start_ms, start_local = self._time(row, "start")
        end_ms, end_local = self._time(row, "end")
        if end_ms <= start_ms and not (end_ms == start_ms and end_local > start_local):
            raise RowProblem("end", _("the end does not lie after the start"))
        if end_ms - start_ms > LONGEST_SHIFT_MS:
            raise RowProblem("end", _("the span is longer than 24 hours"))
        shift_date = row.day("shift_date")
        if shift_date is not None and abs((shift_date - start_local.date()).days) > 1:
            raise RowProblem("shift_date", _("the span starts more than a day away from the date of its shift"))
        return ScheduleRow(agent, activity, start_ms, end_ms, start_local.date(), shift_date)

    def _time(self, row: TableRow, column: str) -> tuple[int, datetime]:
        written = row.needed(column)
        found = self._times.read(written)
        if found is None:
            raise RowProblem(
                column,
                _("{value} is not a time like 2026-11-21 08:00 or 2026-11-21T08:00+08:00").format(value=shown(written)),
            )
        return found

    def plan(self, parsed: Sequence[Parsed[RowChange]], columns: frozenset[str]) -> Planned[RowChange]:  # noqa: ARG002 - the header needs nothing else
        """What would change: shifts put together, compared with those that stand."""
        rows = [(each.record, each.line) for each in parsed if isinstance(each.record, ScheduleRow)]
        rows.sort(key=lambda row: (row[0].agent, row[0].start_ms, row[0].end_ms, row[1]))
        dated = dated_spans(rows)
        bad_rows = _overlaps(rows)
        self._spoil(dated, bad_rows)
        shifts: dict[Key, list[tuple[ScheduledSpan, int]]] = {}
        for span, line in dated:
            shifts.setdefault((span.agent, span.shift_date), []).append((span, line))
        standing = self._store.shifts_on(
            (agent, day + timedelta(days=step)) for agent, day in shifts for step in (-1, 0, 1)
        )
        changes: list[Change[RowChange]] = []
        self._publish = []
        oldest = _oldest_amendable(self._at_ms, self._times)
        for key, lines in shifts.items():
            spans = tuple(span for span, _line in lines if span.end_ms > span.start_ms)
            before = standing.get(key)
            changes += _row_changes(lines, before, self._times)
            if not spans or (before is not None and before.spans == spans):
                continue
            if before is not None and self._is_spoilt(key):
                reason = _("another row of this shift cannot be taken: the shift that stands stays as it is")
                bad_rows += [BadRow(line, "", reason) for _span, line in lines]
                continue
            self._publish.append(Shift(*key, spans))
            conflicts = _conflicts(lines, before, standing, shifts, oldest)
            self._spoil(lines, conflicts)
            bad_rows += conflicts
        changes.sort(key=lambda change: change.line)
        return Planned(changes, bad_rows)

    def apply(self, changes: Sequence[Change[RowChange]]) -> None:  # noqa: ARG002 - whole shifts, not rows
        """Publish the shifts that changed as one version."""
        if self._publish:
            self._store.add_version(VersionKind.PUBLISHED, self._at_ms, self._actor, self._file, self._publish)


def _oldest_amendable(at_ms: int, times: TimeReader) -> date:
    return at(at_ms, times.zone).date() - timedelta(days=AMENDABLE_DAYS)


def _overlaps(rows: Sequence[tuple[ScheduleRow, int]]) -> list[BadRow]:
    """Rows that overlap an earlier span of the same agent; `rows` are in order of agent and time."""
    bad_rows = []
    agent, end_ms, line_before = "", 0, 0
    for row, line in rows:
        if row.agent == agent and row.start_ms < end_ms and row.end_ms > row.start_ms:
            bad_rows.append(BadRow(line, "start", _("it overlaps line {line}").format(line=line_before)))
            continue
        if row.agent != agent or row.end_ms > end_ms:
            agent, end_ms, line_before = row.agent, row.end_ms, line
    return bad_rows


def dated_spans(rows: Iterable[tuple[ScheduleRow, int]]) -> list[tuple[ScheduledSpan, int]]:
    """Each row as a span of a shift.

    A row that names the date of its shift is of that shift. Another one is of the date on which it starts, unless it
    goes on with a shift of the day before: it starts at most four hours after that shift's last span, and ends within
    24 hours of its start.

    Args:
        rows: With their lines, in order of agent and time.
    """
    dated = []
    agent = ""
    shift_date = date.min
    shift_start_ms = shift_end_ms = 0
    for row, line in rows:
        goes_on = (
            row.agent == agent
            and row.start_date == shift_date + timedelta(days=1)
            and row.start_ms - shift_end_ms <= SHIFT_GAP_MS
            and row.end_ms - shift_start_ms <= LONGEST_SHIFT_MS
        )
        day = row.shift_date or (shift_date if goes_on else row.start_date)
        if row.agent != agent or day != shift_date:
            agent, shift_date, shift_start_ms = row.agent, day, row.start_ms
        shift_end_ms = row.end_ms
        dated.append((ScheduledSpan(row.agent, day, row.start_ms, row.end_ms, row.activity), line))
    return dated


def _row_changes(
    lines: Sequence[tuple[ScheduledSpan, int]], before: Shift | None, times: TimeReader
) -> list[Change[RowChange]]:
    """What each row of a shift changes, and which standing spans no row names."""
    standing = {span.start_ms: span for span in before.spans} if before is not None else {}
    changes: list[Change[RowChange]] = []
    for span, line in lines:
        was = standing.pop(span.start_ms, None) if span.end_ms > span.start_ms else span
        if was == span:
            changes.append(Change(line, "unchanged", span.agent, was, span))
        else:
            action: Action = "added" if was is None else "changed"
            detail = span_text(span, times) if was is None else f"{span_text(was, times)} → {span_text(span, times)}"
            changes.append(Change(line, action, span.agent, was, span, detail))
    for was in standing.values():
        changes.append(Change(0, "removed", was.agent, was, None, span_text(was, times)))
    return changes


def span_text(span: ScheduledSpan, times: TimeReader) -> str:
    """A span for people and programs: "break 2026-11-21T10:00:00+08:00/2026-11-21T10:15:00+08:00"."""
    return f"{span.activity.value} {iso(span.start_ms, times.zone)}/{iso(span.end_ms, times.zone)}"


def _conflicts(
    lines: Sequence[tuple[ScheduledSpan, int]],
    before: Shift | None,
    standing: Mapping[Key, Shift],
    in_file: Mapping[Key, object],
    oldest: date,
) -> list[BadRow]:
    """Rows that cannot replace or stand beside what is planned already."""
    agent, day = lines[0][0].agent, lines[0][0].shift_date
    if before is not None and day < oldest:
        reason = _("the shift of {date} stands and is more than {days} days back: it can no longer be changed")
        return [BadRow(line, "", reason.format(date=day.isoformat(), days=AMENDABLE_DAYS)) for _span, line in lines]
    neighbours = [
        shift
        for step in (-1, 1)
        if (key := (agent, day + timedelta(days=step))) not in in_file and (shift := standing.get(key)) is not None
    ]
    return [
        BadRow(
            line,
            "start",
            _("it overlaps the shift that stands on {date}").format(date=shift.shift_date.isoformat()),
        )
        for span, line in lines
        if (shift := overlapped(span, neighbours)) is not None
    ]


def overlapped(span: ScheduledSpan, shifts: Iterable[Shift]) -> Shift | None:
    """The first of some shifts that has a span in the time of another span."""
    for shift in shifts:
        if any(other.start_ms < span.end_ms and span.start_ms < other.end_ms for other in shift.spans):
            return shift
    return None


_WRITTEN: Final = re.compile(r"(?P<activity>.+?)\s+(?P<start>\d{1,2}:\d{2})\s*[-–]\s*(?P<end>\d{1,2}:\d{2})")


def written_spans(agent: str, shift_date: date, written: Sequence[str], times: TimeReader) -> tuple[ScheduledSpan, ...]:
    """The spans of a shift as a person writes them: "on_queue 09:00-12:00", one after the other.

    Times are local. The first span starts on the date of the shift; what starts earlier in the day than the span before
    it ended, or ends where it starts or earlier, is of the next day.

    Args:
        agent: Whose.
        shift_date: The date of the shift.
        written: In order of time.
        times: Reads times in the site's zone.

    Raises:
        UsageProblem: When one cannot be read.
        RuleRefused: When the shift is longer than 24 hours.
    """
    spans = []
    before = datetime.combine(shift_date, time(0))
    for text in written:
        match = _WRITTEN.fullmatch(text.strip())
        activity = ACTIVITY_WORDS.get(match["activity"].casefold()) if match is not None else None
        if match is None or activity is None:
            raise _no_span(text)
        start = _next_time(before, match["start"], text)
        end = _next_time(start + timedelta(minutes=1), match["end"], text)
        before = end
        start_ms, end_ms = local_ms(start, times.zone), local_ms(end, times.zone)
        if end_ms > start_ms:
            spans.append(ScheduledSpan(agent, shift_date, start_ms, end_ms, Activity(activity)))
    if spans and spans[-1].end_ms - spans[0].start_ms > LONGEST_SHIFT_MS:
        raise RuleRefused(_("The shift would be longer than 24 hours: write its spans in the order of time."))
    return tuple(spans)


def _no_span(text: str) -> UsageProblem:
    known = ", ".join(activity.value for activity in Activity)
    return UsageProblem(
        _("{text} is no span: write it like “on_queue 09:00-12:00”; activities are {known}.").format(
            text=shown(text), known=known
        )
    )


def _next_time(earliest: datetime, written: str, text: str) -> datetime:
    """The first time of day `written` at or after an instant."""
    hour, minute = map(int, written.split(":"))
    if minute > 59 or hour > 24 or (hour == 24 and minute):
        raise _no_span(text)
    found = datetime.combine(earliest.date(), time(hour % 24, minute)) + timedelta(days=hour // 24)
    return found if found >= earliest else found + timedelta(days=1)
