"""The words of an alert on the screen: its level, its sentence, and what several of one kind are called together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from app.alerts.grouping import AlertGroup
from app.alerts.model import Alert
from app.core.i18n import N_, _, language
from widgets.cells import shown

if TYPE_CHECKING:
    # Rules bring pydantic with them, and the first frame does not wait for that.
    from app.alerts.rule import AlertBook, Rule
    from widgets.ticket_words import PolicyWords

LEVEL_GLYPHS: Final = {1: "■", 2: "▲", 3: "●"}
LEVEL_NUMERALS: Final = {1: "I", 2: "II", 3: "III"}

_TOGETHER: Final[Mapping[str, str]] = {
    "system.fault": N_("{count} systems are down"),
    "feed.stale": N_("{count} sources are silent"),
    "source.restarted": N_("{count} sources restarted"),
    "volume.deviation": N_("{count} queues are off their forecast"),
    "agent.break_spell": N_("{count} agents are on a break for too long"),
    "agent.reverse_spell": N_("{count} agents are not ready for too long"),
    "adherence.severe": N_("{count} agents are severely out of adherence"),
    "agent.wrap_up": N_("{count} agents are in wrap-up for too long"),
    "agent.call": N_("{count} calls are very long"),
    "agent.hold": N_("{count} callers are on hold for too long"),
    "queue.unattended_wait": N_("{count} queues wait with nobody available"),
    "service.level_30m": N_("{count} queues are below their service level"),
    "service.level_2h": N_("{count} queues have been above their service level for two hours"),
    "staffing.net_next_hour": N_("{count} queues are short of people in the next hour"),
    "ticket.warning": N_("{count} tickets near their limit"),
    "ticket.breach": N_("{count} tickets overdue"),
    "ticket.not_received": N_("{count} tickets not received"),
    "ticket.overall_near": N_("{count} tickets near their overall limit"),
    "ticket.returns": N_("{count} tickets returned again and again"),
    "ticket.repeat_unacknowledged": N_("{count} repeat callers not acknowledged"),
    "unit.unqualified_rate": N_("{count} units send too many unqualified tickets"),
    "house.ingest_behind": N_("{count} sources are read too late"),
}
"""What two or more alerts of a metric are called; of others the first is named, with how many more there are."""


_SITE: Final = "site"


class RuleWords:
    """The rules of a book by their id, for the sentences of alerts.

    Args:
        book: The book; None while none is known.
        policies: What types and stages of tickets are called; None while that is not known.
    """

    def __init__(self, book: AlertBook | None = None, policies: PolicyWords | None = None) -> None:
        self._policies = policies
        self._rules = {} if book is None else {rule.id: rule for rule in book.rules}

    def rule(self, name: str) -> Rule | None:
        """A rule; None where the book in force has none of that id any more."""
        return self._rules.get(name)

    def sentence(self, alert: Alert) -> str:
        """What an alert says in the present language, printable."""
        from app.alerts.scopes import entity_name
        from app.alerts.wording import sentence

        rule = self._rules.get(alert.rule)
        if rule is None:
            return shown(" · ".join(filter(None, (alert.rule, entity_name(alert.entity)))))
        return shown(sentence(rule, alert.entity, self._in_words(alert), language()))

    def _in_words(self, alert: Alert) -> dict[str, str]:
        """An alert's values, with types and stages as people call them."""
        values = dict(alert.values)
        kind = values.get("type", "")
        if self._policies is not None and kind:
            values["type"] = self._policies.type_word(kind)
            if "stage" in values:
                values["stage"] = self._policies.stage_word(kind, values["stage"])
        return values

    def runbook(self, name: str) -> str:
        """What to do about the alerts of a rule; empty where it does not say."""
        from app.alerts.wording import runbook_line

        rule = self._rules.get(name)
        return "" if rule is None else shown(runbook_line(rule, language()))

    def headline(self, group: AlertGroup) -> str:
        """What a line of the banner says."""
        if len(group.alerts) == 1:
            return self.sentence(group.alerts[0])
        rule = self._rules.get(group.rule)
        together = None if rule is None else _TOGETHER.get(rule.metric)
        whole = next((alert for alert in group.alerts if alert.entity == _SITE), None)
        if together is None or whole is not None:
            # What is so of the whole floor says more than how many parts of it there are.
            more = _("{sentence} · and {count} more of this kind")
            named = group.alerts[0] if whole is None else whole
            return more.format(sentence=self.sentence(named), count=len(group.alerts) - 1)
        return " · ".join((_(together).format(count=len(group.alerts)), *self._place(group)))

    def _place(self, group: AlertGroup) -> list[str]:
        kind = dict(group.alerts[0].values).get("type")
        words = self._policies
        return [words.type_word(word) if words is not None and word == kind else shown(word) for word in group.scope]


BADGE_CELLS: Final = 5
"""What the longest badge takes."""


def badge(level: int) -> str:
    """The sign and the numeral of a level: "■ I"."""
    return f"{LEVEL_GLYPHS.get(level, '●')} {LEVEL_NUMERALS.get(level, '?')}"
