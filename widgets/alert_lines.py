"""The lines of the banner, as plain data: what needs a person, then quietly what somebody has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from rich.cells import cell_len

from app.alerts.grouping import AlertGroup, Standing
from app.core.durations import clock_text
from app.core.i18n import _
from widgets.alert_words import BADGE_CELLS, RuleWords, badge
from widgets.cells import fit, shown
from widgets.painted import Line, Piece, line_width

ROOM: Final = ((48, 5), (32, 4), (0, 3))
"""From how many lines of the terminal on, how many the banner takes at most."""


@dataclass(frozen=True, slots=True)
class BannerView:
    """What the banner shows.

    Attributes:
        groups: The lines, the most urgent first.
        words: The rules' words.
        muted: How many alerts are explained by graver ones.
        names: What people call persons, by id.
        problem: Why it may be old; empty when it is not.
        chosen: The key of the group that keys act on; empty for the first.
        is_open: Whether the groups are opened up, each alert a line.
        is_known: Whether there is a picture at all yet.
        has_keys: Whether keys act on a line here.
        key_words: The keys that do, each with its word, as they are to be written now.
    """

    groups: Sequence[AlertGroup] = ()
    words: RuleWords = field(default_factory=RuleWords)
    muted: int = 0
    names: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    chosen: str = ""
    is_open: bool = False
    is_known: bool = False
    has_keys: bool = True
    key_words: Callable[[], Sequence[tuple[str, str]]] = tuple

    def choosable(self) -> list[AlertGroup]:
        """The groups that something can be done about: those that are not over."""
        return [group for group in self.groups if group.standing is not Standing.RESOLVED]

    def chosen_group(self) -> AlertGroup | None:
        """The group that keys act on: the chosen one, or the most urgent."""
        found = self.choosable()
        return next((group for group in found if group.key == self.chosen), found[0] if found else None)

    def person(self, name: str) -> str:
        """What people call somebody, printable."""
        return shown(self.names.get(name, name))


@dataclass(frozen=True, slots=True)
class Moment:
    """The instant that is shown, and how the local time of day of an instant is written."""

    now_ms: int
    local_time: Callable[[int], str]

    def age(self, since_ms: int) -> str:
        """How long ago an instant was."""
        return clock_text(max(0, self.now_ms - since_ms) // 1000)


def room_of(height: int, is_open: bool) -> int:
    """How many lines the banner may take on a terminal of so many lines."""
    if is_open:
        return max(4, height * 4 // 10)
    return next(lines for least, lines in ROOM if height >= least)


def banner_lines(view: BannerView, moment: Moment, width: int, room: int) -> list[Line]:
    """The banner in at most `room` lines; none where there is nothing to say."""
    if view.is_open and view.groups:
        return _opened(view, moment, width, room)
    loud = [group for group in view.groups if group.standing.is_loud]
    quiet = [group for group in view.groups if not group.standing.is_loud]
    has_quiet = bool(quiet or view.muted or view.problem)
    space = room - has_quiet
    if len(loud) > space and not has_quiet:
        space -= 1
    chosen = view.chosen_group()
    first = max(0, _place(loud, chosen) - space + 1)
    seen = loud[first : first + space]
    lines: list[Line] = []
    for group in seen:
        lines.append(loud_line(view, group, moment, width))
        if group is chosen and len(seen) < space:
            lines += _todo_line(view, group, width)
    hidden = len(loud) - len(seen)
    if has_quiet or hidden:
        lines.append(_quiet_line(view, quiet, hidden, moment, width))
    return lines


def _place(groups: Sequence[AlertGroup], chosen: AlertGroup | None) -> int:
    return next((at for at, group in enumerate(groups) if chosen is not None and group.key == chosen.key), 0)


def _mark(view: BannerView, group: AlertGroup) -> str:
    """What says which line keys act on, where there are several."""
    if len(view.groups) < 2 or not view.has_keys:
        return ""
    chosen = view.chosen_group()
    return "› " if chosen is not None and chosen.key == group.key else "  "


def loud_line(view: BannerView, group: AlertGroup, moment: Moment, width: int) -> Line:
    """A line of what needs a person: level, sentence, how it came, for how long."""
    left = [
        Piece(_mark(view, group), "banner--mark"),
        Piece(f" {fit(badge(group.level), BADGE_CELLS)} ", _level_style(group)),
    ]
    remarks = []
    if group.is_late:
        remarks.append(_("detected late"))
    if group.is_flapping:
        remarks.append(_("comes and goes"))
    right = [Piece("".join(f" · {remark}" for remark in remarks), "banner--quiet")]
    right.append(Piece(f"  {moment.age(group.since_ms)}", "banner--age"))
    if group.level == 1:
        # The bar of level I goes on from the badge to the age.
        style = _level_style(group)
    else:
        left.append(Piece(" "))
        style = "banner--text"
    space = max(1, width - line_width(left) - line_width(right))
    return [*left, Piece(fit(view.words.headline(group), space), style), *right]


def runbook_line(text: str, width: int) -> Line:
    """What to do, below the line it belongs to."""
    return [Piece(fit(f"    → {text}", width).rstrip(), "banner--runbook")]


def _todo_line(view: BannerView, group: AlertGroup, width: int) -> list[Line]:
    """What to do, and the keys to do something with, where there is room for them."""
    book = view.words.runbook(group.rule)
    line = list(runbook_line(book, width)) if book else [Piece("   ")]
    keys = [
        piece
        for key, word in view.key_words()
        for piece in (Piece(f"  {key}", "banner--key"), Piece(f" {word}", "banner--quiet"))
    ]
    space = width - line_width(line) - line_width(keys) - 1
    if view.has_keys and keys and space >= 0:
        line += [Piece(" " * (space + 1)), *keys]
    return [line] if line_width(line) > len("   ") else []


def _level_style(group: AlertGroup) -> str:
    return f"banner--level-{group.level}"


# -- the quiet line --------------------------------------------------------------------------------------------------


_QUIET_ORDER: Final = (Standing.TAKEN, Standing.RESOLVED, Standing.SILENCED, Standing.INVITATION)
"""What somebody has never makes way for anything else that is quiet."""


def _quiet_line(view: BannerView, quiet: Sequence[AlertGroup], hidden: int, moment: Moment, width: int) -> Line:
    """What is hidden, then one part for each standing: the first of it, and how many more there are."""
    parts: list[Piece] = []
    if view.problem:
        parts.append(Piece(f"■ {shown(view.problem)}", "banner--problem"))
    if hidden:
        parts.append(Piece(_("{count} more").format(count=f"+{hidden}"), "banner--more"))
    chosen = view.chosen_group()
    for standing in _QUIET_ORDER:
        alike = sorted((group for group in quiet if group.standing is standing), key=lambda group: group is not chosen)
        if alike:
            count = f"{len(alike)}× " if len(alike) > 1 else ""
            text = _mark(view, alike[0]).strip(" ") + count + quiet_text(view, alike[0], moment)
            parts.append(Piece(text, _quiet_style(alike[0])))
    if view.muted:
        parts.append(Piece(_("{count} muted by what explains them").format(count=view.muted), "banner--quiet"))
    return _joined(parts, width)


def quiet_text(view: BannerView, group: AlertGroup, moment: Moment) -> str:
    """A group somebody has, that is silent, offers something, or is over."""
    text = view.words.headline(group)
    match group.standing:
        case Standing.RESOLVED:
            return _("✓ over: {sentence}").format(sentence=text)
        case Standing.TAKEN:
            who = ", ".join(map(view.person, group.owners))
            return _("{badge} {who} has it · {age} · {sentence}").format(
                badge=badge(group.level), sentence=text, who=who, age=moment.age(group.since_ms)
            )
        case Standing.SILENCED:
            until = "" if group.until_ms is None else moment.local_time(group.until_ms)
            return _("{badge} silent until {time} · {sentence}").format(
                badge=badge(group.level), sentence=text, time=until
            )
        case _:
            return f"○ {text}"


def _quiet_style(group: AlertGroup) -> str:
    return {
        Standing.RESOLVED: "banner--resolved",
        Standing.INVITATION: "banner--invitation",
    }.get(group.standing, "banner--quiet")


def _joined(parts: Sequence[Piece], width: int) -> Line:
    """The parts side by side: where there is little room each is cut, the long ones first, and none is left out."""
    wanted = [cell_len(text) for text, _style in parts]
    cells, left = [0] * len(parts), width - 3 * max(0, len(parts) - 1)
    for at, most in sorted(enumerate(wanted), key=lambda entry: entry[1]):
        waiting = sum(not each for each in cells)
        cells[at] = max(1, min(most, left // max(1, waiting)))
        left -= cells[at]
    line: list[Piece] = []
    for (text, style), room in zip(parts, cells, strict=True):
        line += [Piece("   "), Piece(fit(text, room), style)] if line else [Piece(fit(text, room), style)]
    return line


# -- opened up -------------------------------------------------------------------------------------------------------


def _opened(view: BannerView, moment: Moment, width: int, room: int) -> list[Line]:
    """Every group with what to do and each of its alerts, from the chosen one on."""
    chosen = view.chosen_group()
    at = _place(view.groups, chosen)
    ordered = [*view.groups[at:], *view.groups[:at]]
    lines: list[Line] = []
    for group in ordered:
        lines.append(group_line(view, group, moment, width))
        if group is chosen:
            lines += _todo_line(view, group, width)
            if len(group.alerts) > 1:
                lines += [_member_line(view, group, place, moment, width) for place in range(len(group.alerts))]
    if view.muted:
        parts = [Piece(_("{count} muted by what explains them").format(count=view.muted), "banner--quiet")]
        lines.append(_joined(parts, width))
    if len(lines) > room:
        hidden = len(lines) - room + 1
        lines = [*lines[: room - 1], [Piece("  " + _("and {count} lines more").format(count=hidden), "banner--more")]]
    return lines


def group_line(view: BannerView, group: AlertGroup, moment: Moment, width: int) -> Line:
    """A group on a line of its own, whatever its standing."""
    if group.standing.is_loud:
        return loud_line(view, group, moment, width)
    return [
        Piece(_mark(view, group), "banner--mark"),
        Piece(fit(quiet_text(view, group, moment), max(1, width - 2)).rstrip(), _quiet_style(group)),
    ]


def _member_line(view: BannerView, group: AlertGroup, at: int, moment: Moment, width: int) -> Line:
    alert = group.alerts[at]
    age = moment.age(alert.pending_ms if alert.raised_ms is None else alert.raised_ms)
    owner = f" · {view.person(alert.owner)}" if alert.owner else ""
    space = max(1, width - 6 - cell_len(owner) - cell_len(age) - 2)
    return [
        Piece("    · ", "banner--quiet"),
        Piece(fit(view.words.sentence(alert), space), "banner--text"),
        Piece(f"{owner}  {age}", "banner--quiet"),
    ]
