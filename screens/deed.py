"""A deed that changes figures: its effect is shown before it is done, and it is done only with a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input
from typing_extensions import override

from app.core.durations import clock_text, percent_text
from app.core.i18n import N_, _, ngettext
from screens.base import Living
from screens.beside import Beside
from screens.lines import repaint_all, wrapped
from widgets.cells import fit, fit_right, shown
from widgets.painted import Line, Painted, Piece

if TYPE_CHECKING:
    from app.planning.judge import Effect

TRIED_WITH: Final = "–"
"""The reason a deed is tried with: only the one that is done keeps its reason."""

REASON_LIMIT: Final = 200
_LABEL_CELLS: Final = 24
_FIGURE_CELLS: Final = 12

_SECONDS: Final = (
    (N_("In"), "in_seconds"),
    (N_("Out"), "out_seconds"),
    (N_("Neutral"), "neutral_seconds"),
    (N_("Unmapped"), "unmapped_seconds"),
    (N_("Scheduled"), "scheduled_seconds"),
)


class EffectLines(Painted):
    """Figures before and after, one on each line; what stays as it is is told by an equals sign."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"effect--{name}" for name in ("sentence", "header", "label", "same", "changed", "trouble")
    }
    DEFAULT_CSS: ClassVar[str] = """
    EffectLines > .effect--sentence { color: $foreground; }
    EffectLines > .effect--header { color: $ink-muted; text-style: bold; }
    EffectLines > .effect--label { color: $ink-muted; }
    EffectLines > .effect--same { color: $ink-muted; }
    EffectLines > .effect--changed { color: $foreground; text-style: bold; }
    EffectLines > .effect--trouble { color: $level-warn; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._effect: Effect | None = None
        self.trouble = ""
        """Why it cannot be done, as a sentence."""

    def show(self, effect: Effect) -> None:
        """Show what a deed does."""
        self._effect, self.trouble = effect, ""
        self.repaint()

    def say_trouble(self, sentence: str) -> None:
        """Say why it cannot be done."""
        self.trouble = sentence
        self.repaint()

    @override
    def paint(self, width: int) -> list[Line]:
        lines: list[Line] = []
        if self._effect is not None:
            lines += _effect_lines(self._effect)
        elif not self.trouble:
            lines.append([Piece(_("Looking what it would do…"), "effect--label")])
        lines += [[Piece(line, "effect--trouble")] for line in wrapped(shown(self.trouble), width) if line]
        return lines


def _effect_lines(effect: Effect) -> list[Line]:
    touched = ngettext(
        "It touches {count} shift that has begun.", "It touches {count} shifts that have begun.", effect.shifts
    ).format(count=effect.shifts)
    if not effect.shifts:
        return [[Piece(_("It touches no shift that has begun: no figure changes yet."), "effect--sentence")]]
    rows = [(_("Adherence rate"), percent_text(effect.before.adherence), percent_text(effect.after.adherence))]
    for label, name in _SECONDS:
        before, after = getattr(effect.before, name), getattr(effect.after, name)
        if before or after:
            rows.append((_(label), clock_text(before), clock_text(after)))
    header = fit("", _LABEL_CELLS) + fit_right(_("before"), _FIGURE_CELLS) + fit_right(_("after"), _FIGURE_CELLS + 4)
    return [
        [Piece(touched, "effect--sentence")],
        [],
        [Piece(header, "effect--header")],
        *(_row(*row) for row in rows),
    ]


def _row(label: str, before: str, after: str) -> Line:
    sign = "=" if before == after else "→"
    return [
        Piece(fit(label, _LABEL_CELLS), "effect--label"),
        Piece(fit_right(before, _FIGURE_CELLS), "effect--same"),
        Piece(f"  {sign} ", "effect--label"),
        Piece(fit_right(after, _FIGURE_CELLS), "effect--same" if before == after else "effect--changed"),
    ]


class DeedTitle(Painted):
    """What is to be done."""

    DEFAULT_CSS: ClassVar[str] = "DeedTitle { text-style: bold; }"

    def __init__(self, title: Callable[[], Sequence[str]]) -> None:
        super().__init__()
        self._title = title

    @override
    def paint(self, width: int) -> list[Line]:
        return [[Piece(line)] for sentence in self._title() for line in wrapped(shown(sentence), width)]


class DeedKeys(Painted):
    """How it is done, and how it is not."""

    DEFAULT_CSS: ClassVar[str] = "DeedKeys { height: 1; color: $ink-muted; }"

    @override
    def paint(self, width: int) -> list[Line]:
        return [[Piece(_("Enter: do it · Esc: leave everything as it is"))]]


class DeedScreen(Living, Beside, ModalScreen["Effect | None"]):
    """Asks for a reason while it shows the effect; its result is the effect of what was done, None for nothing done.

    Args:
        title: What is to be done, as sentences in the present language.
        deed: Does it; called on a thread with the reason, and with whether it is only tried.
    """

    CSS_PATH = "deed.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]
    AUTO_FOCUS = "Input"
    where = "deed"

    def __init__(self, title: Callable[[], Sequence[str]], deed: Callable[[str, bool], Effect]) -> None:
        super().__init__()
        self._title = title
        self._deed = deed

    def compose(self) -> ComposeResult:
        with Vertical(id="deed"):
            yield DeedTitle(self._title)
            yield EffectLines()
            yield Input(max_length=REASON_LIMIT, id="reason", compact=True)
            yield DeedKeys()

    def on_mount(self) -> None:
        """Try it."""
        self._say_reason()
        self.beside("try", partial(self._deed, TRIED_WITH, True), self.effect.show, self.effect.say_trouble)

    def language_changed(self) -> None:
        self._say_reason()
        repaint_all(self)

    def _say_reason(self) -> None:
        self.query_one(Input).placeholder = _("The reason; it stays beside the figures")

    @property
    def effect(self) -> EffectLines:
        """Where the effect stands."""
        return self.query_one(EffectLines)

    @on(Input.Submitted)
    def _do(self, event: Input.Submitted) -> None:
        reason = event.value.strip()
        if not reason:
            self.effect.say_trouble(_("Say why first."))
            return
        self.beside("do", partial(self._deed, reason, False), self._done, self.effect.say_trouble)

    def _done(self, effect: Effect) -> None:
        self.dismiss(effect)

    def action_leave(self) -> None:
        """Leave everything as it is."""
        self.dismiss(None)
