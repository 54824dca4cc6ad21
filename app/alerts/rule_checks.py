"""What makes no sense in a book of rules although each value of it may be: a clear threshold on the wrong side, a
figure that no sensor gives, people nobody can reach."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from app.alerts import rule_words as words
from app.alerts.metrics import ALWAYS, METRICS
from app.alerts.rule import AlertBook, Channel, Rule, Text
from app.alerts.rule_shape import unknown_name
from app.alerts.scopes import SCOPE_FIELDS
from app.alerts.signal import Metric, Shape
from app.alerts.wording import LEVEL_WORDS, PLACEHOLDER
from app.core.i18n import _
from app.core.text import inert
from app.core.toml_lines import Path
from app.core.toml_problems import Finding

METRIC_PREFIX: Final = "metric:"
"""Before the key of a metric: all rules on it."""

_KINDS_OF_SCOPE: Final = {field: kind for kind, field in SCOPE_FIELDS.items()}
_IN_URLS: Final = ("key=", "access_token=", "/hook/")
"""What the address of a robot carries that is as good as a password."""


def check_book(book: AlertBook, named: dict[str, frozenset[str]]) -> list[Finding]:
    """What does not fit together in a book.

    Args:
        book: What a file says, or what of it can be understood.
        named: By section, all names the file has, also of what cannot be understood.
    """
    findings: list[Finding] = []
    for rule in book.rules:
        findings += _rule(rule, METRICS[rule.metric], named["rules"])
    findings += _circles(book.rules)
    findings += _people(book, named)
    for key, channel in book.channels.items():
        findings += _channel(("channels", key), channel)
    return findings


# -- rules -----------------------------------------------------------------------------------------------------------


def _rule(rule: Rule, metric: Metric, rules: Collection[str]) -> Iterator[Finding]:
    path: Path = ("rules", rule.id)
    if metric.shape is Shape.GAUGE:
        yield from _gauge(path, rule)
    elif metric.shape is Shape.SPELL:
        yield from _spell(path, rule)
    yield from _scope(path, rule, metric)
    yield from _texts(path, rule, metric)
    yield from _inhibits(path, rule, rules)
    if rule.is_invitation and rule.remind_seconds:
        yield Finding((*path, "remind"), _("an invitation is not said again: leave it out"))


def _gauge(path: Path, rule: Rule) -> Iterator[Finding]:
    above, below, clear = rule.above, rule.below, rule.clear
    if above is None and below is None:
        yield Finding(path, _("says “above” or “below” nowhere: it would never be raised"))
    if above is not None and below is not None:
        if above <= below:
            yield Finding((*path, "above"), _("is not more than “below”: every figure would raise it"))
        if clear is not None:
            yield Finding(
                (*path, "clear"), _("one figure cannot clear both sides: make two rules of it, or leave it out")
            )
    elif clear is not None and above is not None and clear > above:
        yield Finding((*path, "clear"), _("is more than “above”: it would be cleared while it is raised"))
    elif clear is not None and below is not None and clear < below:
        yield Finding((*path, "clear"), _("is less than “below”: it would be cleared while it is raised"))


def _spell(path: Path, rule: Rule) -> Iterator[Finding]:
    if rule.above is None:
        yield Finding((*path, "above"), _("is missing"))
    if rule.hold_seconds:
        yield Finding((*path, "hold"), _("comes on top of “above”, which counts time already"), True)


def _scope(path: Path, rule: Rule, metric: Metric) -> Iterator[Finding]:
    for field, kind in _KINDS_OF_SCOPE.items():
        if getattr(rule.scope, field) and kind not in metric.scopes:
            known = ", ".join(SCOPE_FIELDS[each] for each in metric.scopes) or "–"
            yield Finding(
                (*path, "scope", field),
                _("{metric} is not told by this; its scopes are: {known}").format(metric=metric.key, known=known),
            )
    for number, kind in enumerate(rule.scope.kinds):
        if kind not in words.ENTITY_KINDS:
            yield Finding((*path, "scope", "kinds", number), unknown_name(kind, words.ENTITY_KINDS))


def _texts(path: Path, rule: Rule, metric: Metric) -> Iterator[Finding]:
    known = (*ALWAYS, *metric.values)
    used: list[frozenset[str]] = []
    for language in ("zh", "en"):
        text = getattr(rule.text, language)
        place: Path = (*path, "text", language)
        if not text.strip():
            yield Finding(place, _("must not be empty"))
        names = frozenset(PLACEHOLDER.findall(text))
        used.append(names)
        for name in sorted(names.difference(known)):
            listed = ", ".join(f"{{{each}}}" for each in known)
            yield Finding(
                place,
                _("{metric} gives no {name}; a text may name: {known}").format(
                    metric=metric.key, name=f"{{{name}}}", known=listed
                ),
            )
        if "{" in PLACEHOLDER.sub("", text) or "}" in PLACEHOLDER.sub("", text):
            yield Finding(place, _("a brace only stands around the name of a figure, as in {value}"))
    if used[0] != used[1] and all(names <= set(known) for names in used):
        differing = ", ".join(f"{{{name}}}" for name in sorted(used[0] ^ used[1]))
        yield Finding((*path, "text"), _("only one language says {names}").format(names=differing), True)
    if rule.runbook is not None:
        yield from _runbook((*path, "runbook"), rule.runbook)


def _runbook(path: Path, runbook: Text) -> Iterator[Finding]:
    for language in ("zh", "en"):
        text = getattr(runbook, language)
        if not text.strip():
            yield Finding((*path, language), _("must not be empty"))
        elif "\n" in text.strip():
            yield Finding((*path, language), _("must be one line: the banner has no more room"))


def _inhibits(path: Path, rule: Rule, rules: Collection[str]) -> Iterator[Finding]:
    for number, name in enumerate(rule.inhibits):
        place: Path = (*path, "inhibits", number)
        if name == rule.id:
            yield Finding(place, _("a rule does not mute itself"))
        elif name.startswith(METRIC_PREFIX):
            if (key := name.removeprefix(METRIC_PREFIX)) not in METRICS:
                yield Finding(place, unknown_name(key, METRICS))
        elif name not in rules:
            yield Finding(place, unknown_name(name, rules))


def muted_by(rule: Rule, rules: Collection[Rule]) -> frozenset[str]:
    """The ids of the rules that a rule mutes; itself never."""
    named = frozenset(rule.inhibits)
    return frozenset(
        other.id
        for other in rules
        if other.id != rule.id and (other.id in named or f"{METRIC_PREFIX}{other.metric}" in named)
    )


def _circles(rules: Collection[Rule]) -> Iterator[Finding]:
    """Rules that mute each other, on however many corners: neither would ever be heard."""
    mutes = {rule.id: muted_by(rule, rules) for rule in rules}
    for rule in rules:
        reached, waiting = set[str](), [*mutes[rule.id]]
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                waiting += mutes[name]
        if rule.id in reached:
            yield Finding(
                ("rules", rule.id, "inhibits"), _("this rule is muted by those it mutes: neither would be heard")
            )


# -- people and channels ---------------------------------------------------------------------------------------------


def _people(book: AlertBook, named: dict[str, frozenset[str]]) -> Iterator[Finding]:
    recipients, groups = named["recipients"], named["groups"]
    for key, recipient in book.recipients.items():
        for number, channel in enumerate(recipient.channels):
            if channel not in named["channels"]:
                yield Finding(("recipients", key, "channels", number), unknown_name(channel, named["channels"]))
    for key, members in book.groups.items():
        if key in recipients:
            yield Finding(("groups", key), _("a recipient has this name: name the group otherwise"))
        for number, member in enumerate(members):
            if member not in recipients:
                yield Finding(("groups", key, number), unknown_name(member, recipients))
    for level, steps in book.chains.items():
        word = LEVEL_WORDS[int(level)]
        for number, step in enumerate(steps):
            place: Path = ("chains", word, number, "tell")
            if not step.tell:
                yield Finding(place, _("must not be empty"))
            for position, name in enumerate(step.tell):
                if name not in recipients and name not in groups:
                    yield Finding((*place, position), unknown_name(name, recipients | groups))
    for number_of_level in sorted({rule.level for rule in book.rules if not rule.is_invitation}):
        level_word = LEVEL_WORDS[number_of_level]
        if level_word not in named["chains"]:
            yield Finding(("chains",), _("nobody is told of level {level}").format(level=level_word), True)


def _channel(path: Path, channel: Channel) -> Iterator[Finding]:
    for key in words.CHANNEL_NEEDS[channel.kind]:
        if not getattr(channel, key):
            yield Finding((*path, key), _("is missing"))
    if channel.secret_env and channel.secret_file:
        yield Finding((*path, "secret_file"), _("the secret is named twice: leave one out"))
    if channel.user and not (channel.secret_env or channel.secret_file):
        yield Finding((*path, "user"), _("has no password: name it by “secret_env” or “secret_file”"))
    if channel.url and not channel.url.startswith(("https://", "http://")):
        yield Finding(
            (*path, "url"), _("“{url}” is no address: it begins with https://").format(url=inert(channel.url))
        )
    if any(part in channel.url for part in _IN_URLS):
        yield Finding(
            (*path, "url"), _("who reads this file or the database can send as this robot: keep both private"), True
        )
