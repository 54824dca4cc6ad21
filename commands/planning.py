"""How the commands about the plan get at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from commands.site import Site

if TYPE_CHECKING:
    from app.planning.mapping import AdherenceRules
    from app.planning.service import PlanningService
    from store.sessions import WriterSession


def adherence_rules(site: Site) -> AdherenceRules:
    """How adherence is judged where the database holds no rules of its own."""
    from app.planning.service import rules_of

    return rules_of(site.settings)


@contextmanager
def open_planning(site: Site) -> Iterator[tuple[WriterSession, PlanningService]]:
    """A connection to the plan, with the rules of adherence as the settings have them."""
    from app.core.clock import SystemClock
    from app.floor.reports import effective_now_ms
    from app.planning.service import PlanningService

    rules = adherence_rules(site)
    with site.writer() as session:
        now_ms = effective_now_ms(SystemClock().now_ms(), session.floor.newest_ms())
        service = PlanningService(session.planning, site.zone, SystemClock(), now_ms)
        service.note_rules(rules)
        yield session, service
