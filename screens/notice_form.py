"""The dialog in which a notice is posted, or posted again with other words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timezone, tzinfo
from typing import Final, NamedTuple, cast

from textual.screen import Screen
from typing_extensions import override

from app.core.durations import length_text
from app.core.errors import UsageProblem
from app.core.i18n import N_, _
from app.core.ticket_events import NoticeKind
from app.tickets.desk import TicketDesk, TicketPicture
from app.tickets.notice_desk import NoticeDesk
from app.tickets.notice_input import read_leads, read_volume, volume_text
from app.tickets.notice_words import EVENT_WORDS
from app.tickets.notices import EventPlan, check_plan, leads_of
from app.tickets.ports import Notice
from app.tickets.typed import read_ahead
from screens.base import host
from screens.ticket_form_screen import FormScreen
from screens.ticket_forms import FieldKind, FormField, Option
from screens.ticket_told import Told
from widgets.cells import shown

_WHEN_HINT: Final = N_("14:30, tomorrow 9:00 or +2h")


class Posting(NamedTuple):
    """What a filled-in form says."""

    wording: str
    area: str
    service: str
    expected_end_ms: int | None
    event: EventPlan


class NoticeForm(FormScreen["str | None"]):
    """Asks for a notice and posts it; its result is the sentence that says so, None where none was posted.

    Args:
        desk: Where it is posted.
        notice: The one whose words are replaced; None for a new one.
    """

    def __init__(self, tickets: TicketDesk, desk: NoticeDesk, notice: Notice | None) -> None:
        super().__init__(tickets)
        self._notices = desk
        self._notice = notice
        self._before: Mapping[str, tuple[str, int | None]] = {}

    @override
    def fields(self) -> Sequence[FormField]:
        notice = self._notice
        starts, ends = (
            ("", "") if notice is None else (self._time_text(notice.starts_ms), self._time_text(notice.expected_end_ms))
        )
        if notice is not None:
            self._before = {"starts": (starts, notice.starts_ms), "ends": (ends, notice.expected_end_ms)}
        return (
            FormField("event", N_("What"), FieldKind.CHOICE, is_required=True, options=self._events),
            FormField(
                "wording",
                N_("Wording"),
                is_required=True,
                hint=N_("what customers are told"),
                initial=self._of("wording"),
            ),
            FormField("area", N_("Area"), hint=N_("everywhere"), initial=self._of("area")),
            FormField("service", N_("Service"), hint=N_("every service"), initial=self._of("service")),
            FormField("starts", N_("Begins"), hint=N_("now; or 14:30, tomorrow 9:00, +2h"), initial=_text(starts)),
            FormField("ends", N_("Expected end"), hint=_WHEN_HINT, initial=_text(ends)),
            FormField(
                "volume",
                N_("Effect"),
                hint=N_("on the calls: +45%, -10%; or nobody knows"),
                initial=_text(self._volume()),
            ),
            FormField("ahead", N_("Told ahead"), hint=N_("24h,1h; or none"), initial=_text(self._leads())),
            FormField(
                "tell",
                N_("Told to"),
                hint=N_("keys of recipients; else the chain of level III"),
                initial=_text(self._tell()),
            ),
        )

    def _time_text(self, at_ms: int | None) -> str:
        return "" if at_ms is None else f"{host(self).local(at_ms):%Y-%m-%d %H:%M}"

    def _events(self, _picture: TicketPicture | None) -> Sequence[Option]:
        known = [Option(kind, word) for kind, word in EVENT_WORDS.items()]
        first = "outage" if self._notice is None else self._notice.event
        return sorted(known, key=lambda option: option.value != first)

    def _of(self, name: str) -> Callable[[TicketPicture | None], str]:
        return _text("" if self._notice is None else getattr(self._notice, name))

    def _volume(self) -> str:
        notice = self._notice
        return "" if notice is None or notice.volume_percent is None else volume_text(notice.volume_percent)

    def _leads(self) -> str:
        notice = self._notice
        if notice is None or notice.starts_ms is None:
            return ""
        return ",".join(map(length_text, notice.ahead_seconds)) or "none"

    def _tell(self) -> str:
        return "" if self._notice is None else ", ".join(self._notice.tell)

    @override
    def title_lines(self) -> Sequence[str]:
        if self._notice is None:
            return [_("Post a notice: an outage that is there, or an event that is planned.")]
        return [_("Post notice {notice} again with other words.").format(notice=shown(self._notice.notice))]

    @override
    def effect(self, values: Mapping[str, object]) -> Told:
        try:
            posting = self._read_all(values)
            check_plan(posting.event, posting.expected_end_ms)
        except UsageProblem:
            return ()
        if posting.event.starts_ms is None:
            return [(_("It holds at once: contacts can be answered with it."), "effect")]
        leads = ", ".join(map(length_text, leads_of(posting.event)))
        sentence = _("It begins at {when}; until then it answers no contact.").format(
            when=self._time_text(posting.event.starts_ms)
        )
        told = _("People are told {leads} before.").format(leads=leads) if leads else _("Nobody is told ahead.")
        return [(sentence, "effect"), (told, "effect")]

    @override
    def submit(self, values: Mapping[str, object]) -> None:
        try:
            posting = self._read_all(values)
            check_plan(posting.event, posting.expected_end_ms)
        except UsageProblem as problem:
            self.say_trouble(str(problem))
            return
        again = "" if self._notice is None else self._notice.notice

        def post() -> str:
            return self._notices.post(
                posting.wording,
                area=posting.area,
                service=posting.service,
                expected_end_ms=posting.expected_end_ms,
                again=again,
                event=posting.event,
            )

        self.beside("post", post, self._posted, self.say_trouble)

    def _posted(self, notice: str) -> None:
        self.dismiss(_("Notice {notice} is posted.").format(notice=notice))

    def _read_all(self, values: Mapping[str, object]) -> Posting:
        def text(name: str) -> str:
            return str(values.get(name) or "").strip()

        app = host(self)
        now_ms = app.clock.now_ms()
        zone = app.local(now_ms).tzinfo or timezone.utc
        volume, ahead = text("volume"), text("ahead")
        event = EventPlan(
            cast(NoticeKind, values.get("event", "outage")),
            self._instant("starts", text("starts"), zone, now_ms, _("Begins")),
            read_volume(volume, _("Effect")) if volume else None,
            read_leads(ahead, _("Told ahead")) if ahead else None,
            tuple(part.strip() for part in text("tell").replace("，", ",").split(",") if part.strip()),
        )
        ends_ms = self._instant("ends", text("ends"), zone, now_ms, _("Expected end"))
        return Posting(text("wording"), text("area"), text("service"), ends_ms, event)

    def _instant(self, name: str, typed: str, zone: tzinfo, now_ms: int, label: str) -> int | None:
        """What was typed; what stands there as it was may have passed since."""
        before = self._before.get(name)
        if before is not None and typed == before[0]:
            return before[1]
        return read_ahead(typed, zone, now_ms, label) if typed else None


def _text(text: str) -> Callable[[TicketPicture | None], str]:
    return lambda _picture: text


def ask_post(screen: Screen[None], notice: Notice | None, posted: Callable[[], None]) -> None:
    """Open the dialog over a screen; say what was done, and call `posted` then."""
    app = host(screen)
    if app.notices is None or app.tickets is None:
        return

    def done(sentence: str | None) -> None:
        if sentence:
            app.tell(sentence)
            posted()

    screen.app.push_screen(NoticeForm(app.tickets, app.notices, notice), done)
