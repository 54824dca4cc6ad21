"""What rules look at: the present value of a metric at an entity. Sensors make signals, the evaluator compares them.

A signal says all there is to say of its metric and entity until the next one, so that only what changed has to be
handed over; what time alone changes (a spell that grows, a due instant that comes) is computed from the instants.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Protocol


class Shape(StrEnum):
    """How a metric is compared with a threshold."""

    GAUGE = "gauge"
    """A number: raised above or below the threshold, cleared by the clear threshold."""
    SPELL = "spell"
    """Something that has lasted since an instant: raised once it has lasted for threshold seconds."""
    DUE = "due"
    """Something that happens at an instant, or threshold seconds before it (a lead time)."""
    STATE = "state"
    """Something that is so, or not."""


class Feed(StrEnum):
    """Where a metric's data comes from: a feed that is stale freezes the alerts that rest on it and resolves none."""

    FLOOR = "floor"
    TICKETS = "tickets"
    PLAN = "plan"
    WATCH = "watch"
    """What is known although a source is silent: declared faults, the silence itself. Never stale."""
    HOUSE = "house"
    """The program itself: never frozen, never turned into floor alarms."""


class Signal(NamedTuple):
    """The present value of a metric at an entity.

    Attributes:
        metric: A key of `METRICS`.
        entity: "site", "queue:售后", "team:一组", "agent:1001", "ticket:WO-1/stage/1/1", "unit:u1", "source:pbx" …
        gauge: Of a GAUGE: the number, None when it is empty (0 as denominator): neither raises nor clears.
        since_ms: Of a SPELL: since when; None when it is over. Of a STATE: since when it is so, where that is known.
        due_ms: Of a DUE: when; None when nothing is due any more.
        active: Of a STATE: whether it is so.
        scope: What a rule's scope is compared with, as ("queue", "售后"), ("team", …), ("unit", …), ("reason", …),
            ("ticket_type", …); the entity itself is always among them.
        values: Words and figures for the sentence, by the names that texts may use.
    """

    metric: str
    entity: str
    gauge: float | None = None
    since_ms: int | None = None
    due_ms: int | None = None
    active: bool | None = None
    scope: tuple[tuple[str, str], ...] = ()
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """What sensors saw at a moment.

    Attributes:
        now_ms: The moment.
        changed: Signals that are new or other than before.
        gone: (metric, entity) pairs that no longer exist: what was raised for them is over.
        stale: Feeds whose data has stopped.
        is_whole: Everything there is, not only what changed: after a start, or a rebuild.
        covered: The metrics a whole one is whole of; None for all. What is open on them and not told is over.
    """

    now_ms: int
    changed: Sequence[Signal] = ()
    gone: Collection[tuple[str, str]] = ()
    stale: frozenset[Feed] = frozenset()
    is_whole: bool = False
    covered: frozenset[str] | None = None


class Sensor(Protocol):
    """Something that sees metrics. Sensors are asked in turn, on the engine's thread, about once a second."""

    @property
    def metrics(self) -> Mapping[str, Metric]:
        """The metrics it sees, by key."""
        ...

    def look(self, now_ms: int, *, whole: bool) -> Observation:
        """What changed since the last look; everything, when `whole`."""
        ...


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric that rules may name.

    Attributes:
        key: Its name in rule files.
        shape: How it is compared.
        feed: Where its data comes from.
        unit: percent, seconds, calls, count … for thresholds and for the documentation.
        values: The names that the texts of its rules may use, besides {entity}, {value} and {threshold}.
        sentence: What it is, with its formula, for `--explain` and the documentation; a msgid.
    """

    key: str
    shape: Shape
    feed: Feed
    unit: str
    values: tuple[str, ...] = ()
    sentence: str = ""
    scopes: tuple[str, ...] = field(default_factory=tuple)
    """The kinds of scope a rule on it may name: queue, team, unit, agent, reason, ticket_type, source."""
