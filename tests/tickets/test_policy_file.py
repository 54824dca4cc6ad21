"""Policy files: what they say reaches the book, and everything wrong with them is told on its line."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import DataProblem
from app.core.i18n import set_language
from app.core.toml_lines import toml_lines
from app.core.toml_problems import FileProblem, key_text
from app.tickets.policy import PolicyBook
from app.tickets.policy_file import load_policy, read_policy, shipped_book, shipped_text
from app.tickets.policy_toml import policy_toml

TYPE = """
[types.t]
words = { zh = "一", en = "One" }
"""
STAGE = """
[[types.t.stages]]
name = "s"
words = { zh = "一", en = "One" }
role = "crew"
start = "created"
stop = ["closed"]
limit = "10m"
"""


def told(text: str) -> list[tuple[int, str, str, bool]]:
    return [tuple(problem) for problem in read_policy(text).problems]  # type: ignore[misc]


def only(text: str) -> FileProblem:
    """The one problem of a file."""
    problems = read_policy(text).problems
    assert len(problems) == 1, problems
    return problems[0]


class TestWhatIsBroughtAlong:
    def test_has_no_error_and_asks_only_for_managers(self) -> None:
        reading = read_policy(shipped_text())
        assert reading.book == shipped_book()
        assert reading.errors == ()
        assert ["[contacts]" in problem.problem for problem in reading.warnings] == [True, True]

    def test_has_the_numbers_of_the_model_where_it_says_nothing_else(self) -> None:
        plain = PolicyBook()
        book = shipped_book()
        assert book.recovery == plain.recovery
        assert (book.stars_line, book.repeat_seconds, book.repeat_days, book.flag_seconds) == (
            plain.stars_line,
            plain.repeat_seconds,
            plain.repeat_days,
            plain.flag_seconds,
        )

    def test_comes_back_from_what_show_prints(self) -> None:
        assert read_policy(policy_toml(shipped_book())).book == shipped_book()


class TestWhatAFileSays:
    def test_reaches_the_book(self) -> None:
        text = (
            TYPE
            + 'reopen = "continue"\nsurvey_line = 40\nholds = ["weather"]\nlevels = ["city"]\n'
            + '[types.t.overall]\nstart = "call_ended"\nstop = "answered"\nlimit = "2d"\nwarn = ["1h", "1d"]\n'
            + STAGE.replace('"created"', '"forwarded"')
            + 'elsewhere = "15m"\nact = "12m"\nwarn = "90s"\npaused_by = ["weather"]\non_return = "same"\n'
            + 'calendar = "unit"\nescalation = [{ tell = "sender" }, { tell = "manager_1", after = "3m" }]\n'
            + '[calendars.c]\nzone = "UTC"\nweekly.monday = ["09:00-18:00"]\n'
            + '[unit_calendars]\n"" = "c"\n"城南" = "wall"\n'
            + '[contacts."城南"]\ndesk = { name = "台", phone = "1" }\n'
            + 'managers = [{ name = "王", person = "p", phone = "2" }]\n'
            + '[priority]\nstars = 4\nrepeat_complaint = "14d"\n'
            + '[repeat_callers]\nwithin = "1h"\nanswered_within = "10m"\n'
            + "[recovery]\nper_ticket_fen = 15_050\nmonth_line_yuan = 30_000\nmonth_warn_percent = 90\n"
        )
        reading = read_policy(text)
        assert reading.problems == ()
        book = reading.book
        assert book is not None
        policy = book.types["t"]
        (stage,) = policy.stages
        assert policy.overall is not None
        assert (policy.overall_start, policy.overall_stop, policy.overall.limit_seconds) == (
            "call_ended",
            "answered",
            172_800,
        )
        assert policy.overall.warn_seconds == (86_400, 3_600)
        assert (policy.reopen, policy.survey_line, policy.holds, policy.levels) == (
            "continue",
            40,
            ("weather",),
            ("city",),
        )
        assert (stage.start, stage.stop, stage.limit_seconds, stage.elsewhere_seconds, stage.act_seconds) == (
            ("forwarded",),
            ("closed",),
            600,
            900,
            720,
        )
        assert (stage.warn_seconds, stage.paused_by, stage.on_return, stage.calendar) == (
            (90,),
            ("weather",),
            "same",
            "unit",
        )
        assert [(step.tell, step.after_seconds) for step in stage.escalation] == [("sender", 300), ("manager_1", 180)]
        assert book.unit_calendars == {"": "c", "城南": "wall"}
        assert book.contacts["城南"].managers[0].person == "p"
        assert (book.stars_line, book.repeat_days, book.repeat_seconds, book.flag_seconds) == (4, 14, 3_600, 600)
        assert (book.recovery.line_authority_fen, book.recovery.month_line_fen) == (15_050, 3_000_000)
        assert read_policy(policy_toml(book)).book == book

    def test_an_empty_file_promises_nothing(self) -> None:
        assert read_policy("").book == PolicyBook()


class TestWhatIsWrong:
    @pytest.mark.parametrize(
        ("text", "line", "key", "words"),
        [
            ("a = ", 1, "", "not TOML"),
            ("x = 1\n\n[types\n", 3, "", "not TOML"),
            ("x = [1,\n2", 2, "", "not TOML"),
            ("colour = 3", 1, "colour", "not known"),
            ("types = 3", 1, "types", "table"),
            ("[types]\nt = 3", 2, "types.t", "table"),
            (TYPE + "stages = []\nstaegs = []", 5, "types.t.staegs", "perhaps stages"),
            ("[types.t]\nstages = []", 1, "types.t.words", "missing"),
            (TYPE + "stages = [3]", 4, "types.t.stages[1]", "table"),
            (TYPE + STAGE.replace('limit = "10m"\n', ""), 5, "types.t.stages[1].limit", "missing"),
            (TYPE + STAGE.replace('"10m"', "600"), 11, "types.t.stages[1].limit", "“600” is no length"),
            (TYPE + STAGE.replace('"10m"', '"ten"'), 11, "types.t.stages[1].limit", "“ten” is no length"),
            (TYPE + STAGE.replace('"10m"', '"0m"'), 11, "types.t.stages[1].limit", "1s or more"),
            (TYPE + STAGE.replace('"10m"', '"367d"'), 11, "types.t.stages[1].limit", "366d or less"),
            (TYPE + STAGE + 'warn = ["1m", 2]', 12, "types.t.stages[1].warn[2]", "no length"),
            (TYPE + STAGE + 'warn = ["10m"]', 12, "types.t.stages[1].warn", "less than the limit"),
            (TYPE + STAGE + "limit_seconds = 3", 12, "types.t.stages[1].limit_seconds", "not known"),
            (TYPE + STAGE + 'calendar = "nights"', 12, "types.t.stages[1].calendar", "no calendar “nights”"),
            (TYPE + STAGE + 'paused_by = ["rain"]', 12, "types.t.stages[1].paused_by[1]", "no hold for “rain”"),
            (TYPE + STAGE + 'paused_by = ["parts"]', 12, "types.t.stages[1].paused_by[1]", "never held"),
            (TYPE + STAGE + 'on_return = "never"', 12, "types.t.stages[1].on_return", "sender, same"),
            (TYPE + STAGE + 'escalation = [{ tell = "me" }]', 12, "types.t.stages[1].escalation[1].tell", "manager_2"),
            (TYPE + 'holds = ["rain"]\n' + STAGE, 4, "types.t.holds[1]", "no hold for “rain”"),
            (TYPE + STAGE + STAGE, 14, "types.t.stages[2].name", "stage 1 has the same name"),
            (TYPE + STAGE.replace('"s"', '"overall"'), 6, "types.t.stages[1].name", "over all stages"),
            (TYPE + STAGE.replace('"created"', '"sent"'), 9, "types.t.stages[1].start[1]", "dispatched"),
            (TYPE + STAGE.replace('"created"', "[]"), 9, "types.t.stages[1].start", "names no point"),
            (TYPE + STAGE.replace('"created"', '"closed"'), 9, "types.t.stages[1].start", "nothing begins"),
            (TYPE + STAGE.replace('"closed"', '"created"'), 10, "types.t.stages[1].stop", "stops nothing"),
            (
                TYPE + STAGE.replace('"created"', '"accepted"').replace('"closed"', '"received"'),
                10,
                "types.t.stages[1].stop",
                "received comes before accepted",
            ),
            (
                TYPE + 'stages = []\noverall = { start = "arrived", stop = "departed", limit = "1h" }',
                5,
                "types.t.overall.stop",
                "departed comes before arrived",
            ),
            ('[calendars.c]\nweekly.monday = []\nzone = "Mars/Base"', 3, "calendars.c.zone", "no time zone"),
            ('[calendars.c]\nzone = "UTC"', 1, "calendars.c", "never opens"),
            ('[calendars.unit]\nzone = "UTC"\nweekly.friday = ["09:00-12:00"]', 1, "calendars.unit", "otherwise"),
            ('[unit_calendars]\n"a b" = "c"', 2, 'unit_calendars."a b"', "no calendar “c”"),
            ("[contacts.u]\nmanagers = [{ phone = \"1\" }]", 2, "contacts.u.managers[1].name", "missing"),
            ("[priority]\nstars = 11", 2, "priority.stars", "10 or less"),
            ('[priority]\nrepeat_complaint = "30h"', 2, "priority.repeat_complaint", "whole days"),
            ("[recovery]\nper_ticket_yuan = 1.5", 2, "recovery.per_ticket_yuan", "whole number"),
            ("[recovery]\nper_ticket_fen = -1", 2, "recovery.per_ticket_fen", "0 or more"),
            ("[recovery]\nper_ticket_fen = 1\nper_ticket_yuan = 1", 3, "recovery.per_ticket_yuan", "twice"),
        ],
    )  # fmt: skip
    def test_is_told_with_its_line_and_key(self, text: str, line: int, key: str, words: str) -> None:
        problem = only(text)
        assert (problem.line, problem.key, problem.is_warning) == (line, key, False)
        assert words in problem.problem
        assert read_policy(text).book is None
        with pytest.raises(DataProblem, match=f"^f.toml, line {line}: "):
            load_policy(text, "f.toml")

    @pytest.mark.parametrize(
        ("text", "line", "key", "words"),
        [
            (TYPE, 2, "types.t", "no clock"),
            (TYPE + STAGE + 'act = "12m"', 12, "types.t.stages[1].act", "nobody is told"),
            (TYPE + STAGE + 'elsewhere = "12m"', 12, "types.t.stages[1].elsewhere", "no effect"),
            (
                TYPE + STAGE.replace('"created"', '"forwarded"') + 'elsewhere = "2m"',
                12,
                "types.t.stages[1].elsewhere",
                "less than the limit",
            ),
            (TYPE + STAGE + 'calendar = "unit"', 12, "types.t.stages[1].calendar", "every second"),
            (
                TYPE + STAGE + 'escalation = [{ tell = "unit" }, { tell = "manager_2" }]',
                12,
                "types.t.stages[1].escalation[2]",
                "manager_2",
            ),
            ('[contacts.u]\ndesk = { name = "d" }', 2, "contacts.u.desk", "no phone"),
            ("[recovery]\nper_ticket_yuan = 9\nmonth_line_yuan = 8", 1, "recovery", "whole month"),
        ],
    )
    def test_is_only_worth_a_look(self, text: str, line: int, key: str, words: str) -> None:
        problem = only(text)
        assert (problem.line, problem.key, problem.is_warning) == (line, key, True)
        assert words in problem.problem
        assert read_policy(text).book is not None

    def test_is_told_all_at_once_in_order_of_line(self) -> None:
        text = (
            TYPE
            + 'holds = ["rain"]\nsurvey_line = "x"\n'
            + STAGE.replace('"10m"', '"ten"')
            + 'calendar = "nights"\n'
            + STAGE.replace('"s"', '"r"').replace('limit = "10m"\n', "")
            + 'warn = ["1h"]\non_return = "never"\n[calendars.c]\nzone = "Mars/Base"\n'
            + "[recovery]\nper_ticket_yuan = -1\n"
        )
        keys = [(line, key) for line, key, _problem, _warning in told(text)]
        assert keys == [
            (4, "types.t.holds[1]"),
            (5, "types.t.survey_line"),
            (13, "types.t.stages[1].limit"),
            (14, "types.t.stages[1].calendar"),
            (16, "types.t.stages[2].limit"),
            (23, "types.t.stages[2].on_return"),
            (25, "calendars.c.zone"),
            (27, "recovery.per_ticket_yuan"),
        ]

    def test_is_counted_where_only_the_first_is_named(self) -> None:
        with pytest.raises(DataProblem, match=r"line 1: a: .*\(1 more"):
            load_policy("a = 1\nb = 2", "f.toml")

    def test_never_reaches_the_terminal_as_it_is(self) -> None:
        problem = only('"a\\u001b[31m" = 1')
        assert "\x1b" not in problem.text("f\x1b.toml")

    def test_is_told_in_chinese(self) -> None:
        set_language("zh")
        try:
            assert only("colour = 3").text("f.toml").startswith("f.toml 第 1 行")
        finally:
            set_language("en")


# -- whatever is written, an answer comes back -----------------------------------------------------------------------

WORDS = st.sampled_from(
    ["types", "t", "stages", "overall", "limit", "2m", "warn", "start", "created", "stop", "closed", "words", "zh",
     "en", "name", "role", "calendars", "zone", "UTC", "weekly", "monday", "09:00-12:00", "contacts", "managers",
     "desk", "escalation", "tell", "sender", "recovery", "per_ticket_yuan", "priority", "stars", "", "]",
     "unit_calendars", "overrides", "2026-01-01", "2026-13-01", "holds", "customer"]
)  # fmt: skip
LEAVES = st.one_of(WORDS, st.integers(-5, 5), st.booleans(), st.floats(allow_nan=False, allow_infinity=False))
TREES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4), max_leaves=25
)


def inline(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case list():
            return "[" + ", ".join(map(inline, value)) + "]"
        case dict():
            return "{" + ", ".join(f'"{key}" = {inline(each)}' for key, each in value.items()) + "}"
        case _:
            return repr(value)


def shaken(draw: st.DrawFn, value: Any) -> Any:
    """The shipped policies with something else in some places."""
    match value:
        case dict() if value:
            key: str = draw(st.sampled_from(sorted(value)))
            return {**value, draw(st.one_of(st.just(key), WORDS)): shaken(draw, value[key])}
        case list() if value and not draw(st.booleans()):
            return [shaken(draw, value[0]), *value[1:]]
        case _:
            return draw(TREES)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    document: dict[str, Any] = shaken(draw, tomllib.loads(shipped_text()))
    return document if isinstance(document, dict) else {}


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.dictionaries(WORDS, TREES, max_size=4), documents()))
def test_any_document_is_a_book_or_has_errors_with_lines(document: dict[str, Any]) -> None:
    text = "\n".join(f'"{key}" = {inline(value)}' for key, value in document.items())
    assert tomllib.loads(text) == document
    reading = read_policy(text)
    assert (reading.book is None) == bool(reading.errors)
    lines = text.count("\n") + 1
    assert all(1 <= problem.line <= lines and problem.problem for problem in reading.problems)
    if reading.book is not None:
        assert read_policy(policy_toml(reading.book)).book == reading.book


@given(st.text(max_size=60))
def test_any_text_gets_an_answer(text: str) -> None:
    reading = read_policy(text)
    assert (reading.book is None) == bool(reading.errors)


def test_places_are_named_as_people_count() -> None:
    assert key_text(("types", "a b", "stages", 0, "warn", 2)) == 'types."a b".stages[1].warn[3]'


def test_the_file_that_is_brought_along_is_written_as_toml_readers_see_it() -> None:
    folder = Path(__file__).parents[2] / "app" / "tickets" / "policies"
    assert [file.name for file in folder.iterdir() if file.suffix] == ["shipped.toml"]
    assert toml_lines(shipped_text())["types", "repair"] == shipped_text().split("\n").index("[types.repair]") + 1
