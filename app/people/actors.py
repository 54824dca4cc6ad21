"""Who somebody at a keyboard is, and for which units they act."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from app.core.errors import RuleRefused, UsageProblem
from app.core.i18n import _
from app.core.tables import shown
from app.people.model import Actor, Level, Person, Unit

LEADER_ROLES: Final = frozenset(
    {
        *("team_leader", "shift_leader", "supervisor", "floor_supervisor", "manager", "director"),
        *("组长", "班长", "值班长", "主管", "经理", "主任"),
    }
)
"""Who leads a unit, as rosters write it: acts for the own unit and for every unit below it."""

ADMINISTRATOR_ROLES: Final = frozenset({"administrator", "admin", "管理员"})
"""Who may do whatever the state of things allows."""


def actor_of(user: str, people: Mapping[str, Person], acting_for: str = "") -> Actor:
    """Who somebody at a keyboard is.

    A user whom the roster does not know is administrator: whoever has the machine has the database.

    Args:
        user: The operating system's name of the person.
        people: The roster, by agent id.
        acting_for: The agent id of another person in whose name something is done, with that person's rights; empty
            for nobody's.

    Raises:
        UsageProblem: When there is no such person.
        RuleRefused: When the user may not act in another's name.
    """
    known = people.get(user)
    actor = Actor(user, user, is_administrator=True) if known is None else _known(known)
    if not acting_for or acting_for == actor.person:
        return actor
    if not actor.is_administrator:
        raise RuleRefused(
            _("Only an administrator acts in another's name: {person} is none.").format(person=shown(actor.person))
        )
    other = people.get(acting_for)
    if other is None:
        raise UsageProblem(_("There is no person {person}: import the roster first.").format(person=shown(acting_for)))
    return _known(other)


def _known(person: Person) -> Actor:
    is_administrator = not ADMINISTRATOR_ROLES.isdisjoint(person.roles)
    return Actor(person.agent_id, person.name or person.agent_id, person.roles, person.unit, is_administrator)


def is_leader(actor: Actor) -> bool:
    """Whether they lead the people of their unit."""
    return actor.is_administrator or not LEADER_ROLES.isdisjoint(actor.roles)


def acts_for(actor: Actor, unit: str, units: Mapping[str, Unit]) -> bool:
    """Whether a person does a unit's work.

    Everyone does that of their own unit, and people of a team also that of the unit the team is part of. Leaders act
    for all units below their own as well; a leader without a known unit, or of a unit at the top, also for units
    that the tree does not know. What is of no unit is everyone's.

    Args:
        actor: Who.
        unit: The unit's id; empty for none.
        units: The tree.
    """
    if actor.is_administrator or not unit or unit == actor.unit:
        return True
    own = units.get(actor.unit)
    if is_leader(actor):
        leads_all = not actor.unit or (own is not None and not own.parent and unit not in units)
        return leads_all or actor.unit in above(unit, units) or _is_team_of(own, unit)
    return _is_team_of(own, unit)


def _is_team_of(own: Unit | None, unit: str) -> bool:
    return own is not None and own.level is Level.TEAM and own.parent == unit


def above(unit: str, units: Mapping[str, Unit]) -> Iterator[str]:
    """The units above a unit, the nearest first."""
    found = units.get(unit)
    # A tree has at most as many levels as there are kinds of them; the count keeps a broken one from going round.
    for _level in Level:
        if found is None or not found.parent:
            return
        yield found.parent
        found = units.get(found.parent)
