"""A ticket desk that stands still: it writes down what is asked of it, and answers what a test tells it to."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.errors import RuleRefused, UsageProblem
from app.tickets.desk import BulkOffer, Deed, DeedResult, NewTicket, Offer, Person, TicketPicture, Verb
from app.tickets.model import Promise, Step, Ticket, TicketState
from app.tickets.policy import PolicyBook, Recovery
from app.tickets.policy_file import shipped_book
from app.tickets.ports import Notice, SavedView
from app.tickets.query import parse
from app.tickets.recovery import RecoveryStatus, mark_of, warn_fen
from tests.tickets.samples import MINUTE_MS, clock, ticket
from tests.widgets.fakes import NOW_MS

UNITS = [("gd", "Guangdong"), ("hrb", "哈尔滨"), ("hrb-dw", "哈尔滨道外班"), ("sh", "上海"), ("x", "[/]\x1b[31mred")]
PEOPLE = {"hrb": [("li", "李伟"), ("wang", "王芳")], "sh": [("ann", "Ann Lee")]}


def make_ticket(number: str = "WO-1", **values: object) -> Ticket:
    """A complaint that a unit has accepted, its first contact due in fifty minutes."""
    made = ticket(
        number,
        clock("contact", limit_seconds=7200, unit="hrb"),
        clock("overall", limit_seconds=172_800, unit="hrb"),
        unit="hrb",
        state=TicketState.ACCEPTED,
        title="[@click=app.quit]宽带无法上网[/]",
        steps=(Step(7, NOW_MS - MINUTE_MS, "accepted", "li", "", "", "act-7", False),),
        acts_open=("act-7",),
    )
    return made._replace(promises=(Promise("p1", NOW_MS, NOW_MS + MINUTE_MS, "13700002222", None),))._replace(**values)  # type: ignore[arg-type]


def recovered(total_fen: int) -> RecoveryStatus:
    """A month in which so much was granted, on one ticket."""
    recovery = Recovery()
    line_fen, warned_fen = recovery.month_line_fen, warn_fen(recovery)
    return RecoveryStatus("2026-03", total_fen, 1, 1, 0, line_fen, warned_fen, mark_of(total_fen, recovery))


class FakeTicketDesk:
    """Answers the ticket dialogs."""

    actor = "wang"

    def __init__(self) -> None:
        self.the_book = shipped_book()
        self.tickets = {"WO-1": make_ticket()}
        self.deeds: list[tuple[tuple[str, ...], Deed]] = []
        self.created: list[NewTicket] = []
        self.undone: list[str] = []
        self.touched_tickets: tuple[str, ...] = ("WO-1",)
        self.refused: dict[str, str] = {}
        self.problem = ""
        self.saved = [SavedView("到期", "due<30m", "li", NOW_MS), SavedView("Harbin", "unit:哈尔滨", "wang", NOW_MS)]
        self.live = [
            Notice("n1", NOW_MS, "li", "道外区", "power", "道外区计划检修停电", NOW_MS + 90 * MINUTE_MS, None, 3),
            Notice("n2", NOW_MS, "li", "", "power", "[bold]全省线路改造[/]", None, None, 0),
        ]
        self.absorbed: list[tuple[object, ...]] = []
        self.areas: dict[str, str] = {}
        self.why_not_in_bulk: dict[Verb, dict[str, str]] = {}
        self.recovered = recovered(0)

    def book(self) -> PolicyBook:
        return self.the_book

    def picture(self, number: str) -> TicketPicture | None:
        if number not in self.tickets:
            return None
        return TicketPicture(
            self.tickets[number],
            self.the_book,
            tuple(Offer(verb) for verb in Verb),
            (Person("sender", "热线中心", "0451-95598"), Person("manager_1", "赵刚", "13800001111")),
            {**dict(UNITS), "hub": "热线中心"},
            {"li": "李伟", "wang": "王芳"},
        )

    def create(self, new: NewTicket) -> str:
        if self.problem:
            raise RuleRefused(self.problem)
        self.created.append(new)
        return f"WO-{len(self.created) + 100}"

    def do(self, numbers: Sequence[str], deed: Deed) -> DeedResult:
        if self.problem:
            raise UsageProblem(self.problem)
        self.deeds.append((tuple(numbers), deed))
        refused = {number: why for number, why in self.refused.items() if number in numbers}
        done = tuple(number for number in numbers if number not in refused)
        return DeedResult("act-9" if done else "", done, refused)

    def undo(self, act: str = "") -> DeedResult:
        if self.problem:
            raise RuleRefused(self.problem)
        self.undone.append(act)
        return DeedResult("act-10", ("WO-1",))

    def touched(self, act: str = "") -> DeedResult:
        return DeedResult(act or "act-7", self.touched_tickets)

    def units(self) -> list[tuple[str, str]]:
        return list(UNITS)

    def people(self, unit: str) -> list[tuple[str, str]]:
        return list(PEOPLE.get(unit, []))

    def views(self) -> list[SavedView]:
        return list(self.saved)

    def save_view(self, name: str, query: str) -> None:
        parse(query)
        self.saved = [*(view for view in self.saved if view.name != name), SavedView(name, query, self.actor, NOW_MS)]

    def remove_view(self, name: str) -> None:
        self.saved = [view for view in self.saved if view.name != name]

    def offered(self, numbers: Sequence[str], verbs: Sequence[Verb]) -> tuple[BulkOffer, ...]:
        why_not = {verb: self.why_not_in_bulk.get(verb, {}) for verb in verbs}
        return tuple(
            BulkOffer(
                verb,
                tuple(number for number in numbers if number not in why_not[verb]),
                next(iter(why_not[verb].values()), ""),
            )
            for verb in verbs
        )

    def recovery(self) -> RecoveryStatus:
        return self.recovered

    def notices(self, area: str = "", service: str = "", caller: str = "") -> list[Notice]:
        area = area or self.areas.get(caller, "")
        return [each for each in self.live if not area or each.area in ("", area)]

    def absorb(self, notice: str, *, call: str | None, caller: str, customer: str, area: str, service: str) -> str:
        self.absorbed.append((notice, call, caller, customer, area, service))
        return "c1"


def held(number: str = "WO-1") -> Ticket:
    """The ticket, held for the customer."""
    return make_ticket(number, state=TicketState.HELD, holds=("customer",))
