"""What an alert says: its rule's text with its figures, in a person's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from app.alerts.metrics import METRICS
from app.alerts.rule import Rule, Text
from app.alerts.scopes import entity_name
from app.alerts.signal import Metric
from app.core.durations import NOTHING
from app.core.i18n import LANGUAGES, N_, Language, in_every_language
from app.core.text import inert
from app.floor.words import STATE_WORDS
from app.planning.explain import ACTIVITY_NAMES
from app.tickets.model import OVERALL
from app.tickets.policy import PolicyBook

LEVEL_WORDS: Final = {1: "I", 2: "II", 3: "III"}
"""How levels are written, from the gravest."""

PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")
"""A name in a text that a figure takes the place of."""

_SITE: Final[Mapping[Language, str]] = {"zh": "全场", "en": "the whole floor"}
_TIMES: Final[Mapping[Language, tuple[str, str, str]]] = {
    "zh": ("{} 小时", "{} 分钟", "{} 秒"),
    "en": ("{} h", "{} min", "{} s"),
}


_CODES: Final[Mapping[str, Mapping[str, str]]] = {
    "state": {state.value: word for state, word in STATE_WORDS.items()},
    "planned": {activity.value: word for activity, word in ACTIVITY_NAMES.items()},
    "stage": {OVERALL: N_("Overall")},
}
"""What sensors say in the program's own words, by the name of the value."""


def template(text: Text, language: Language) -> str:
    """A text in one language."""
    return text.zh if language == "zh" else text.en


def sentence(
    rule: Rule, entity: str, values: Mapping[str, str], language: Language, policy: PolicyBook | None = None
) -> str:
    """What an alert says, as plain text: what comes from data is made harmless for a terminal, not for markup.

    Args:
        rule: The rule that raised it.
        entity: What it is about.
        values: What its sensor saw; "value" is a bare number where the metric is one.
        language: In which language.
        policy: What calls types of tickets and their stages by name; without it they are called as its keys are.
    """
    metric = METRICS.get(rule.metric)
    shown = in_words(values, language, policy)
    shown.setdefault("entity", entity_name(entity) or _SITE[language])
    if metric is not None:
        value = _number(values.get("value"))
        if value is not None:
            shown["value"] = figure_text(metric, value, language)
        threshold = threshold_of(rule, value)
        if threshold is not None:
            shown["threshold"] = figure_text(metric, threshold, language)

    def fill(found: re.Match[str]) -> str:
        return inert(shown.get(found[1], "")) or NOTHING

    return PLACEHOLDER.sub(fill, template(rule.text, language))


def in_words(values: Mapping[str, str], language: Language, policy: PolicyBook | None = None) -> dict[str, str]:
    """An alert's values as people call them: states, planned activities, stages and types of tickets."""
    shown = dict(values)
    for name, codes in _CODES.items():
        if (code := shown.get(name, "")) in codes:
            shown[name] = in_every_language(codes[code])[LANGUAGES.index(language)]
    known = None if policy is None else policy.types.get(values.get("type", ""))
    if known is not None:
        names = {stage.name: stage.words for stage in known.stages}
        for name, words in (("type", known.words), ("stage", names.get(values.get("stage", "")))):
            if words is not None:
                shown[name] = words.zh if language == "zh" else words.en
    return shown


def runbook_line(rule: Rule, language: Language) -> str:
    """What to do about it; empty where the rule does not say."""
    return "" if rule.runbook is None else template(rule.runbook, language)


def threshold_of(rule: Rule, value: float | None) -> float | None:
    """The threshold that a figure has crossed, of a rule that may have two; the upper one where that is unknown."""
    if rule.below is not None and (rule.above is None or (value is not None and value <= rule.above)):
        return rule.below
    return rule.above


def figure_text(metric: Metric, number: float, language: Language) -> str:
    """A figure of a metric with its unit: "12.5%", "15 min", "3"."""
    match metric.unit:
        case "percent":
            return f"{_plain(number)}%"
        case "seconds":
            return time_text(round(number), language)
        case "megabytes":
            return f"{_plain(number)} MB"
        case _:
            return _plain(number)


def time_text(seconds: int, language: Language) -> str:
    """A length of time in words: "15 min", "1 小时 30 分钟"."""
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    words = [
        word.format(count)
        for count, word in zip((hours, minute, second), _TIMES[language], strict=True)
        if count or (word is _TIMES[language][2] and not seconds)
    ]
    return sign + " ".join(words)


def _number(text: str | None) -> float | None:
    """The bare number a sensor gave; None where it gave words."""
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def _plain(number: float) -> str:
    """At most one decimal, and no "-0"."""
    text = f"{number:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
