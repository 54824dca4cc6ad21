"""Whether a rule's scope takes in what a signal is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from app.alerts.rule import Scope

SCOPE_FIELDS: Final = {
    "queue": "queues",
    "team": "teams",
    "unit": "units",
    "agent": "agents",
    "reason": "reasons",
    "ticket_type": "ticket_types",
    "source": "sources",
}
"""The kinds a signal's scope names, and the field of a rule's scope that lists them."""


def entity_kind(entity: str) -> str:
    """What kind of thing an entity is: "queue" of "queue:售后", "site" of "site"."""
    return entity.partition(":")[0]


def entity_name(entity: str) -> str:
    """What an entity is called: "售后" of "queue:售后"; empty for the site."""
    return entity.partition(":")[2]


def covers(scope: Scope, entity: str, names: Iterable[tuple[str, str]]) -> bool:
    """Whether a rule is about an entity: of one of its kinds, and for each list it has, named in it; case-blind.

    Args:
        scope: The rule's.
        entity: The signal's.
        names: The signal's scope, as ("queue", "售后"). A kind may come more than once: a unit and those above it.
    """
    if scope.kinds and entity_kind(entity) not in scope.kinds:
        return False
    wanted = {kind: listed for kind, field in SCOPE_FIELDS.items() if (listed := getattr(scope, field))}
    if not wanted:
        return True
    told = {(kind, name.casefold()) for kind, name in names}
    return all(any((kind, name.casefold()) in told for name in listed) for kind, listed in wanted.items())
