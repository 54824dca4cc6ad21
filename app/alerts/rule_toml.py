"""A book of rules as TOML that `read_rules` reads as the same book: to look at a version, to go back to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.alerts.metrics import METRICS
from app.alerts.rule import AlertBook, Channel, Rule
from app.alerts.signal import Shape
from app.alerts.wording import LEVEL_WORDS
from app.core.durations import length_text
from app.core.toml_write import toml_key, toml_table


def rules_toml(book: AlertBook) -> str:
    """A book as TOML."""
    return "\n".join(_lines(book)).strip() + "\n"


def _lines(book: AlertBook) -> Iterator[str]:
    for rule in book.rules:
        yield from toml_table(f"rules.{toml_key(rule.id)}", _rule(rule))
    for key, recipient in book.recipients.items():
        yield from toml_table(f"recipients.{toml_key(key)}", recipient.model_dump(exclude_defaults=True))
    if book.groups:
        yield from toml_table("groups", book.groups)
    for level, steps in book.chains.items():
        for step in steps:
            fields = {"tell": step.tell, "acknowledge": length_text(step.acknowledge_seconds)}
            yield from toml_table(f"chains.{LEVEL_WORDS[int(level)]}", fields, is_array=True)
    for key, channel in book.channels.items():
        yield from toml_table(f"channels.{toml_key(key)}", _channel(channel))


def _rule(rule: Rule) -> dict[str, Any]:
    fields: dict[str, Any] = {"metric": rule.metric, **_thresholds(rule)}
    if rule.hold_seconds:
        fields["hold"] = length_text(rule.hold_seconds)
    if rule.remind_seconds:
        fields["remind"] = length_text(rule.remind_seconds)
    fields["level"] = LEVEL_WORDS[rule.level]
    if scope := rule.scope.model_dump(exclude_defaults=True):
        fields["scope"] = scope
    fields["text"] = rule.text.model_dump()
    if rule.runbook is not None:
        fields["runbook"] = rule.runbook.model_dump()
    if rule.group != "rule":
        fields["group"] = rule.group
    if rule.inhibits:
        fields["inhibits"] = rule.inhibits
    if rule.is_invitation:
        fields["invitation"] = True
    return fields


def _thresholds(rule: Rule) -> dict[str, Any]:
    metric = METRICS[rule.metric]
    if metric.shape is Shape.DUE:
        return {"ahead": length_text(round(rule.above))} if rule.above else {}
    told = {"above": rule.above, "below": rule.below, "clear": rule.clear}
    return {key: threshold_toml(metric.unit, number) for key, number in told.items() if number is not None}


def threshold_toml(unit: str, number: float) -> str | int | float:
    """A threshold as a file writes it: "15m", "10%", 3."""
    if unit == "seconds":
        return length_text(round(number))
    if unit == "percent":
        return f"{number:.6f}".rstrip("0").rstrip(".") + "%"
    return int(number) if number == int(number) else number


def _channel(channel: Channel) -> dict[str, Any]:
    fields: dict[str, Any] = {"kind": channel.kind, **channel.model_dump(exclude_defaults=True, exclude={"kind"})}
    if "timeout_seconds" in fields:
        fields["timeout"] = length_text(fields.pop("timeout_seconds"))
    return fields
