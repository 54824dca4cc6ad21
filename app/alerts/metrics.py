"""All metrics that rules may name: what sensors see, and what a rule file, its documentation and its check know of it.

Percentages are in per cent (12.5 is 12.5 %), times in seconds. A gauge that has nothing to be counted from is empty:
it neither raises nor clears. `{entity}`, `{value}` and `{threshold}` may stand in every text; the other names are
listed with each metric, and its sensor gives them all.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from app.alerts.signal import Feed, Metric, Shape
from app.core.i18n import N_

ALWAYS: Final = ("entity", "value", "threshold")
"""What every text may name: what it is about, its present figure, and the figure that raised it."""

_AGENT: Final = ("agent", "team", "unit")

_SYSTEM: Final = (
    Metric(
        "system.fault",
        Shape.STATE,
        Feed.WATCH,
        "",
        ("what", "source", "by"),
        N_("A person has declared a system to be down: one entity a fault, from the declaration to its end."),
        ("source",),
    ),
    Metric(
        "feed.stale",
        Shape.SPELL,
        Feed.WATCH,
        "seconds",
        ("source", "last"),
        N_("Time since the last fact of a live source, during open hours."),
        ("source",),
    ),
    Metric(
        "source.restarted",
        Shape.STATE,
        Feed.WATCH,
        "",
        ("source", "at"),
        N_("A source told of its restart within the last 15 minutes."),
        ("source",),
    ),
    Metric(
        "agents.sign_outs",
        Shape.GAUGE,
        Feed.FLOOR,
        "percent",
        ("count", "signed_in"),
        N_(
            "Agents who signed out within 60 s and are not back, of those signed in before; counted until they are"
            " back, for 10 minutes at most. Whom the plan lets be away does not count. Empty with fewer than 10 agents."
        ),
    ),
)

_FLOOR: Final = (
    Metric(
        "volume.deviation",
        Shape.GAUGE,
        Feed.FLOOR,
        "percent",
        ("actual", "expected"),
        N_("(offered − forecast) / forecast over the last 30 minutes; empty with fewer than 20 calls expected."),
        ("queue",),
    ),
    Metric(
        "floor.break_rate",
        Shape.GAUGE,
        Feed.FLOOR,
        "percent",
        ("count", "signed_in"),
        N_("Agents now on a break / agents signed in."),
    ),
    Metric(
        "floor.reverse_share",
        Shape.GAUGE,
        Feed.FLOOR,
        "percent",
        ("reverse", "base"),
        N_(
            "Time not ready in category reverse / signed-in time, of the whole floor since the day began. Empty until"
            " agents have been signed in for an hour on average."
        ),
    ),
    Metric(
        "agent.break_spell",
        Shape.SPELL,
        Feed.FLOOR,
        "seconds",
        ("name", "reason"),
        N_("How long an agent has been on this break."),
        (*_AGENT, "reason"),
    ),
    Metric(
        "agent.reverse_spell",
        Shape.SPELL,
        Feed.FLOOR,
        "seconds",
        ("name", "reason"),
        N_(
            "How long an agent has been not ready for this reason of category reverse. The reason “unmapped” is every"
            " one that stands in no list, and none."
        ),
        (*_AGENT, "reason"),
    ),
    Metric(
        "adherence.severe",
        Shape.SPELL,
        Feed.FLOOR,
        "seconds",
        ("name", "planned", "state"),
        N_("How long an agent has been out of adherence at a stretch."),
        _AGENT,
    ),
    Metric(
        "agent.wrap_up",
        Shape.SPELL,
        Feed.FLOOR,
        "seconds",
        ("name", "queue"),
        N_("How long an agent has been in wrap-up after a call."),
        (*_AGENT, "queue"),
    ),
    Metric(
        "agent.call",
        Shape.SPELL,
        Feed.FLOOR,
        "seconds",
        ("name", "queue"),
        N_("How long an agent's call has lasted, hold included."),
        (*_AGENT, "queue"),
    ),
    Metric(
        "agent.hold",
        Shape.SPELL,
        Feed.FLOOR,
        "seconds",
        ("name", "queue"),
        N_("How long an agent has had a caller on hold."),
        (*_AGENT, "queue"),
    ),
    Metric(
        "queue.unattended_wait",
        Shape.SPELL,
        Feed.FLOOR,
        "seconds",
        ("waiting",),
        N_("The longest wait in a queue while none of its agents is available."),
        ("queue",),
    ),
    Metric(
        "service.level_30m",
        Shape.GAUGE,
        Feed.FLOOR,
        "percent",
        ("answered", "offered", "seconds"),
        N_("Answered within the target time of the queue / offered, of the last 30 minutes."),
        ("queue",),
    ),
    Metric(
        "service.level_2h",
        Shape.GAUGE,
        Feed.FLOOR,
        "percent",
        ("answered", "offered", "seconds"),
        N_("Answered within the target time of the queue / offered, of the last two hours; empty before."),
        ("queue",),
    ),
    Metric(
        "staffing.net_next_hour",
        Shape.GAUGE,
        Feed.PLAN,
        "percent",
        ("staffed", "required", "at"),
        N_("(planned − required) / required of the worst interval that begins in the next hour."),
        ("queue",),
    ),
)

_CLOCK_VALUES: Final = ("ticket", "type", "stage", "unit", "due")
_TICKET: Final = ("ticket_type", "unit")

_TICKETS: Final = (
    Metric(
        "ticket.warning",
        Shape.DUE,
        Feed.TICKETS,
        "seconds",
        _CLOCK_VALUES,
        N_("The next warning of a ticket's clock, as its policy says; the alert is over when the clock is."),
        _TICKET,
    ),
    Metric(
        "ticket.breach",
        Shape.DUE,
        Feed.TICKETS,
        "seconds",
        _CLOCK_VALUES,
        N_("The limit of a ticket's clock."),
        _TICKET,
    ),
    Metric(
        "ticket.not_received",
        Shape.SPELL,
        Feed.TICKETS,
        "seconds",
        ("ticket", "type", "unit"),
        N_("Time since a ticket was sent to a unit that has not received it."),
        _TICKET,
    ),
    Metric(
        "ticket.overall_near",
        Shape.DUE,
        Feed.TICKETS,
        "seconds",
        _CLOCK_VALUES,
        N_("The limit of a ticket's overall clock; a threshold of 8h is the time left."),
        _TICKET,
    ),
    Metric(
        "ticket.returns",
        Shape.GAUGE,
        Feed.TICKETS,
        "count",
        ("ticket", "type", "unit"),
        N_("How often an open ticket was returned."),
        _TICKET,
    ),
    Metric(
        "ticket.repeat_unacknowledged",
        Shape.SPELL,
        Feed.TICKETS,
        "seconds",
        ("ticket", "type", "unit", "caller"),
        N_("Time since a customer called again about an open ticket and nobody has acknowledged it."),
        _TICKET,
    ),
    Metric(
        "unit.unqualified_rate",
        Shape.GAUGE,
        Feed.TICKETS,
        "percent",
        ("name", "count", "sent"),
        N_("Tickets sent on by a unit today that were marked as not qualified / all it sent."),
        ("unit",),
    ),
    Metric(
        "recovery.month",
        Shape.GAUGE,
        Feed.TICKETS,
        "percent",
        ("total", "line"),
        N_("What customers were granted this month / the line of the month; whole per cent, rounded down."),
    ),
)

_HOUSE: Final = (
    Metric(
        "house.ingest_behind",
        Shape.SPELL,
        Feed.HOUSE,
        "seconds",
        ("source", "problem"),
        N_("How long the reading of a followed source has not kept up, or has not worked."),
        ("source",),
    ),
    Metric(
        "house.quarantine",
        Shape.GAUGE,
        Feed.HOUSE,
        "count",
        ("total",),
        N_("Lines that could not be read within the last hour."),
    ),
    Metric(
        "house.clock_jump",
        Shape.STATE,
        Feed.HOUSE,
        "",
        ("jump",),
        N_("The machine's clock jumped by more than 5 s within the last 15 minutes."),
    ),
    Metric(
        "house.disk_free",
        Shape.GAUGE,
        Feed.HOUSE,
        "megabytes",
        ("folder",),
        N_("What is free on the disk of the database."),
    ),
    Metric(
        "house.read_only",
        Shape.STATE,
        Feed.HOUSE,
        "",
        ("problem",),
        N_("The database cannot be written to."),
    ),
    Metric(
        "house.backup_age",
        Shape.SPELL,
        Feed.HOUSE,
        "seconds",
        ("last",),
        N_("Time since the last backup; since the first fact where there never was one."),
    ),
    Metric(
        "house.settlement_missed",
        Shape.STATE,
        Feed.HOUSE,
        "",
        ("day",),
        N_("A business day was not settled in the time bank. Nothing looks at it yet: there is no time bank so far."),
    ),
)


def _by_key(metrics: Iterable[Metric]) -> dict[str, Metric]:
    return {metric.key: metric for metric in metrics}


METRICS: Final = _by_key((*_SYSTEM, *_FLOOR, *_TICKETS, *_HOUSE))
"""Every metric, by key."""
