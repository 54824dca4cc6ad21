"""One picture of the floor as plain data: for pipes, scripts and other programs."""

from __future__ import annotations

from datetime import tzinfo

from app.core.zones import iso
from app.floor.figures import ServiceFigures
from app.floor.picture import FloorSnapshot, count_states


def agent_frame(snapshot: FloorSnapshot, now_ms: int, zone: tzinfo) -> list[dict[str, object]]:
    """The agents on the floor, in order of name."""
    return [
        {
            "agent": row.agent,
            "state": row.state.value,
            "since": iso(row.since_ms, zone),
            "seconds_in_state": row.seconds_in_state(now_ms),
            "reason": row.reason,
            "category": None if row.category is None else row.category.value,
            "unmapped": row.unmapped,
            "queue": row.queue,
            "inferred": not row.signed_in,
            "calls_today": row.calls_today,
            "occupancy": row.occupancy(now_ms),
            "reverse_seconds": row.reverse_seconds(now_ms),
        }
        for row in sorted(snapshot.agents.values(), key=lambda row: row.agent)
    ]


def floor_frame(snapshot: FloorSnapshot, now_ms: int, zone: tzinfo) -> dict[str, object]:
    """The whole floor: counts, queues, agents."""
    count = count_states(snapshot.agents, now_ms)
    waits = [queue.oldest_entered_ms for queue in snapshot.queues if queue.oldest_entered_ms is not None]

    def service(figures: ServiceFigures) -> dict[str, object]:
        return dict(figures.row())

    return {
        "at": iso(now_ms, zone),
        "signed_in": count.signed_in,
        "inferred": count.inferred,
        "available": count.available,
        "ringing": count.ringing,
        "on_call": count.on_call,
        "hold": count.hold,
        "wrap_up": count.wrap_up,
        "not_ready": count.not_ready,
        "not_ready_by_category": {category.value: number for category, number in count.not_ready_by_category},
        "break_rate": count.break_rate,
        "occupancy": count.occupancy,
        "waiting": sum(queue.waiting for queue in snapshot.queues),
        "longest_wait_seconds": max(0, now_ms - min(waits)) // 1000 if waits else None,
        "today": service(snapshot.today),
        "interval": service(snapshot.interval),
        "queues": [
            {
                "queue": queue.queue,
                "waiting": queue.waiting,
                "longest_wait_seconds": None
                if queue.oldest_entered_ms is None
                else max(0, now_ms - queue.oldest_entered_ms) // 1000,
                "today": service(queue.today),
                "interval": service(queue.interval),
            }
            for queue in snapshot.queues
        ],
        "agents": agent_frame(snapshot, now_ms, zone),
    }
