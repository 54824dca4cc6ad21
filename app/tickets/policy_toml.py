"""A policy book as TOML that `read_policy` reads as the same book: to look at a version, to go back to it."""

from __future__ import annotations

from collections.abc import Iterator

from app.core.durations import length_text
from app.core.toml_write import toml_key, toml_table
from app.tickets import policy_words as words
from app.tickets.policy import EscalationStep, Limit, PolicyBook, Recovery, Stage, TypePolicy, UnitContacts


def policy_toml(book: PolicyBook) -> str:
    """A book as TOML."""
    return "\n".join(_lines(book)).strip() + "\n"


def _lines(book: PolicyBook) -> Iterator[str]:
    for name, policy in book.types.items():
        yield from _type(f"types.{toml_key(name)}", policy)
    for name, calendar in book.calendars.items():
        fields = calendar.model_dump(mode="json", exclude_defaults=True)
        if fields["name"] == name:
            del fields["name"]
        tables = {key: fields.pop(key) for key in ("weekly", "overrides") if key in fields}
        yield from toml_table(f"calendars.{toml_key(name)}", fields)
        for key, table in tables.items():
            yield from toml_table(f"calendars.{toml_key(name)}.{key}", table)
    if book.unit_calendars:
        yield from toml_table("unit_calendars", book.unit_calendars)
    for unit, contacts in book.contacts.items():
        yield from toml_table(f"contacts.{toml_key(unit)}", _contacts(contacts))
    yield from toml_table("priority", {"stars": book.stars_line, "repeat_complaint": f"{book.repeat_days}d"})
    times = {"within": length_text(book.repeat_seconds), "answered_within": length_text(book.flag_seconds)}
    yield from toml_table("repeat_callers", times)
    yield from toml_table("recovery", _recovery(book.recovery))


def _type(place: str, policy: TypePolicy) -> Iterator[str]:
    yield from toml_table(
        place,
        {
            "words": policy.words.model_dump(),
            "reopen": policy.reopen.value,
            "survey_line": policy.survey_line,
            "holds": policy.holds,
            "levels": policy.levels,
        },
    )
    if policy.overall is not None:
        ends = {"start": policy.overall_start, "stop": policy.overall_stop}
        yield from toml_table(f"{place}.overall", ends | _limit(policy.overall))
    for stage in policy.stages:
        yield from toml_table(f"{place}.stages", _stage(stage), is_array=True)


def _stage(stage: Stage) -> dict[str, object]:
    fields: dict[str, object] = {
        "name": stage.name,
        "words": stage.words.model_dump(),
        "role": stage.role,
        "start": stage.start,
        "stop": stage.stop,
        **_limit(stage),
    }
    if stage.elsewhere_seconds is not None:
        fields["elsewhere"] = length_text(stage.elsewhere_seconds)
    if stage.on_return != "sender":
        fields["on_return"] = stage.on_return
    return fields


def _limit(limit: Limit) -> dict[str, object]:
    fields: dict[str, object] = {"limit": length_text(limit.limit_seconds), "calendar": limit.calendar}
    if limit.warn_seconds:
        fields["warn"] = [length_text(seconds) for seconds in limit.warn_seconds]
    if limit.act_seconds is not None:
        fields["act"] = length_text(limit.act_seconds)
    if limit.paused_by:
        fields["paused_by"] = limit.paused_by
    if limit.escalation:
        fields["escalation"] = [_step(step, number) for number, step in enumerate(limit.escalation)]
    return fields


def _step(step: EscalationStep, number: int) -> dict[str, object]:
    is_default = step.after_seconds == EscalationStep.model_fields["after_seconds"].default
    if number == 0 and is_default:
        return {"tell": step.tell}
    return {"tell": step.tell, "after": length_text(step.after_seconds)}


def _contacts(contacts: UnitContacts) -> dict[str, object]:
    fields: dict[str, object] = {}
    if contacts.desk is not None:
        fields["desk"] = contacts.desk.model_dump(exclude_defaults=True)
    if contacts.managers:
        fields["managers"] = [manager.model_dump(exclude_defaults=True) for manager in contacts.managers]
    return fields


def _recovery(recovery: Recovery) -> dict[str, object]:
    fields: dict[str, object] = {}
    for yuan, fen in (("per_ticket_yuan", "per_ticket_fen"), ("month_line_yuan", "month_line_fen")):
        amount: int = getattr(recovery, words.RECOVERY_FEN[fen][0])
        fields |= {fen: amount} if amount % 100 else {yuan: amount // 100}
    return fields | {"month_warn_percent": recovery.month_warn_percent}
