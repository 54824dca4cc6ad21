"""The dialogs of what people do with alerts: take, silence, escalate, declare a fault, end it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input
from typing_extensions import override

from app.alerts.grouping import AlertGroup
from app.core.durations import parse_duration
from app.core.errors import UsageProblem
from app.core.i18n import _, ngettext
from app.core.text import inert
from screens.base import FloorHost, Living
from screens.beside import Beside
from screens.deed import DeedKeys, DeedTitle
from screens.lines import repaint_all, wrapped
from widgets.alert_words import RuleWords, badge
from widgets.cells import shown
from widgets.painted import Line, Painted, Piece

if TYPE_CHECKING:
    from textual.app import App

    from app.alerts.model import Fault

NOTE_LIMIT: Final = 500
DEFAULT_SILENCE: Final = "30m"

_TIME: Final = re.compile(r"(\d{1,2})[:：](\d{2})")

Values = Mapping[str, str]


class Trouble(Painted):
    """Why it could not be done."""

    DEFAULT_CSS: ClassVar[str] = "Trouble { color: $level-warn; }"

    def __init__(self) -> None:
        super().__init__()
        self.sentence = ""
        """What is wrong."""

    def say(self, sentence: str) -> None:
        """Say it."""
        self.sentence = sentence
        self.repaint()

    @override
    def paint(self, width: int) -> list[Line]:
        return [[Piece(line)] for line in wrapped(shown(self.sentence), width) if line]


@dataclass(frozen=True, slots=True)
class Field:
    """Something a dialog asks for.

    Attributes:
        name: Its name among the values.
        placeholder: What it asks, in the present language.
        value: What stands in it at first.
        is_needed: Whether it may not be left empty.
    """

    name: str
    placeholder: Callable[[], str]
    value: str = ""
    is_needed: bool = False


@dataclass(frozen=True, slots=True)
class Asking:
    """A dialog.

    Attributes:
        title: What is to be done, as sentences in the present language.
        fields: What it asks for; none where Enter alone does it.
        deed: Does it, on a thread; returns the sentence that tells what was done.
        check: Reads the values before the thread does; raises UsageProblem for what is wrong with them.
    """

    title: Callable[[], Sequence[str]]
    fields: tuple[Field, ...]
    deed: Callable[[Values], str]
    check: Callable[[Values], object] = lambda _values: None


class AlertDeedScreen(Living, Beside, ModalScreen["str | None"]):
    """Asks, and does it; its result is the sentence that tells what was done, None for nothing.

    Args:
        asking: What is asked.
    """

    CSS_PATH = "alert_deed.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("enter", "do", show=False),
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
    ]
    where = "deed"

    def __init__(self, asking: Asking) -> None:
        super().__init__()
        self._asking = asking

    def compose(self) -> ComposeResult:
        with Vertical(id="deed"):
            yield DeedTitle(self._asking.title)
            for field in self._asking.fields:
                yield Input(
                    field.value, placeholder=field.placeholder(), max_length=NOTE_LIMIT, id=field.name, compact=True
                )
            yield Trouble()
            yield DeedKeys()

    def language_changed(self) -> None:
        for field in self._asking.fields:
            self.query_one(f"#{field.name}", Input).placeholder = field.placeholder()
        repaint_all(self)

    @on(Input.Submitted)
    def action_do(self) -> None:
        """Do it."""
        values = {field.name: self.query_one(f"#{field.name}", Input).value.strip() for field in self._asking.fields}
        missing = next((field for field in self._asking.fields if field.is_needed and not values[field.name]), None)
        if missing is not None:
            self.query_one(Trouble).say(missing.placeholder())
            self.query_one(f"#{missing.name}").focus()
            return
        try:
            self._asking.check(values)
        except UsageProblem as problem:
            self.query_one(Trouble).say(str(problem))
            return
        self.beside("do", lambda: self._asking.deed(values), self._done, self.query_one(Trouble).say)

    def _done(self, sentence: str) -> None:
        self.dismiss(sentence)

    def action_leave(self) -> None:
        """Nothing."""
        self.dismiss(None)


def ask(app: App[None], asking: Asking) -> None:
    """Open a dialog, and say what was done."""

    def done(sentence: str | None) -> None:
        if sentence:
            app.notify(sentence, markup=False)

    app.push_screen(AlertDeedScreen(asking), done)


def about(words: RuleWords, group: AlertGroup) -> str:
    """What a dialog is about."""
    return f"{badge(group.level)} {words.headline(group)}"


def ask_acknowledge(floor: FloorHost, app: App[None], group: AlertGroup) -> None:
    """Have somebody take alerts, with a note."""
    desk, words = floor.alerts, floor.banner.words
    if desk is None:
        return

    def deed(values: Values) -> str:
        count = desk.acknowledge(group.names, values["note"])
        return ngettext("You have {count} alert now.", "You have {count} alerts now.", count).format(count=count)

    fields = (Field("note", lambda: _("A note for the others, or none")),)
    ask(app, Asking(lambda: [_("Take this alert? You have it from now on."), about(words, group)], fields, deed))


def ask_silence(floor: FloorHost, app: App[None], group: AlertGroup) -> None:
    """Have alerts make no sound until a time."""
    desk, words = floor.alerts, floor.banner.words
    if desk is None:
        return

    def until_ms(values: Values) -> int:
        return silence_end_ms(values["until"], floor.local(floor.clock.now_ms()), floor.clock.now_ms())

    def deed(values: Values) -> str:
        end_ms = until_ms(values)
        count = desk.silence(group.names, end_ms, values["note"])
        sentence = ngettext("{count} alert is silent until {time}.", "{count} alerts are silent until {time}.", count)
        return sentence.format(count=count, time=floor.local_time(end_ms))

    fields = (
        Field("until", lambda: _("For how long, or until when: 30m, 2h, 15:30"), DEFAULT_SILENCE, is_needed=True),
        Field("note", lambda: _("Why; it stays in the alert's life")),
    )

    def title() -> list[str]:
        return [_("Silence this alert? It stays listed, and tells nobody until then."), about(words, group)]

    ask(app, Asking(title, fields, deed, until_ms))


def silence_end_ms(text: str, local_now: datetime, now_ms: int) -> int:
    """When a silence ends, in UTC milliseconds: a length of time from now, or the next time of day of that kind.

    Args:
        text: What was typed.
        local_now: The local date and time now.
        now_ms: The present instant.

    Raises:
        UsageProblem: When it is neither.
    """
    found = _TIME.fullmatch(text.strip())
    if found is None:
        seconds = parse_duration(text, _("The end of the silence"))
        if not seconds:
            raise UsageProblem(_("A silence of no length is none: write 30m, 2h, or a time such as 15:30."))
        return now_ms + seconds * 1000
    hour, minute = int(found[1]), int(found[2])
    if hour > 23 or minute > 59:
        raise UsageProblem(_("“{text}” is no time of day: write 15:30, 30m or 2h.").format(text=inert(text)))
    end = local_now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if end <= local_now:
        end = (end + timedelta(days=1)).replace(hour=hour, minute=minute)
    return int(end.timestamp()) * 1000


def ask_escalate(floor: FloorHost, app: App[None], group: AlertGroup) -> None:
    """Have the next step of the chain begin now, after saying who is told."""
    desk, picture, words = floor.alerts, floor.alert_picture, floor.banner.words
    if desk is None or picture is None:
        return
    from app.alerts.service import expanded

    step = max(alert.step for alert in group.alerts) + 1
    chains = {int(level): steps for level, steps in picture.book.chains.items()}
    steps = chains.get(group.level, ())
    told = expanded(picture.book, steps[step].tell) if step < len(steps) else ()
    known = picture.book.recipients
    names = ", ".join(shown(known[key].name if key in known else key) for key in told)

    def title() -> list[str]:
        lines = [_("Escalate this alert now?"), about(words, group)]
        if names:
            lines.append(_("Step {step} tells: {names}").format(step=step + 1, names=names))
        return lines

    def deed(_values: Values) -> str:
        count = desk.escalate(group.names)
        return ngettext("{count} alert was escalated.", "{count} alerts were escalated.", count).format(count=count)

    ask(app, Asking(title, (), deed))


def ask_declare(floor: FloorHost, app: App[None]) -> None:
    """Have a person say that a system is down."""
    desk = floor.alerts
    if desk is None:
        return

    def deed(values: Values) -> str:
        fault = desk.declare(values["what"], values["source"])
        return _("Declared: {fault}. It is level I until it is ended.").format(fault=fault)

    fields = (
        Field("what", lambda: _("What is down, and what that affects"), is_needed=True),
        Field("source", lambda: _("The source it is about, if it is one")),
    )

    def title() -> list[str]:
        return [_("Declare a system to be down?"), _("Level I is raised at once, and tells whoever its chain names.")]

    ask(app, Asking(title, fields, deed))


def ask_end(floor: FloorHost, app: App[None], fault: Fault) -> None:
    """Have a person say that the system works again."""
    desk = floor.alerts
    if desk is None:
        return

    def deed(_values: Values) -> str:
        desk.end_fault(fault.fault)
        return _("Ended: {fault}.").format(fault=fault.fault)

    def title() -> list[str]:
        return [
            _("Does it work again?"),
            shown(fault.what),
            _("Declared by {person} at {time}.").format(
                person=floor.banner.person(fault.by), time=floor.local_time(fault.declared_ms)
            ),
        ]

    ask(app, Asking(title, (), deed))
