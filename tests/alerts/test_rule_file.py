"""Rule files: what they say reaches the book, and everything wrong with them is told on its line."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.alerts.metrics import METRICS
from app.alerts.rule import AlertBook, Rule, Scope
from app.alerts.rule_checks import muted_by
from app.alerts.rule_file import load_rules, read_rules, shipped_alert_book, shipped_alert_text
from app.alerts.rule_toml import rules_toml
from app.alerts.signal import Shape
from app.core.errors import DataProblem
from app.core.toml_problems import FileProblem
from app.core.toml_write import toml_key, toml_value

TEXT = 'text = { zh = "一", en = "One" }\n'
LEVEL = 'level = "II"\n'
GAUGE = f'[rules.g]\nmetric = "floor.break_rate"\n{LEVEL}{TEXT}'
SPELL = f'[rules.s]\nmetric = "agent.call"\n{LEVEL}{TEXT}'
DUE = f'[rules.d]\nmetric = "ticket.overall_near"\n{LEVEL}{TEXT}'
STATE = f'[rules.f]\nmetric = "system.fault"\n{LEVEL}{TEXT}'
PEOPLE = """
[recipients.r]
name = "R"
channels = ["terminal"]
[[chains.II]]
tell = ["r"]
acknowledge = "10m"
[channels.terminal]
kind = "terminal"
"""


def errors(text: str) -> list[tuple[int, str, str]]:
    return [(each.line, each.key, each.problem) for each in read_rules(text + PEOPLE).errors]


def only(text: str) -> FileProblem:
    """The one problem of a file that can tell people."""
    problems = read_rules(text + PEOPLE).problems
    assert len(problems) == 1, problems
    return problems[0]


def rule(text: str) -> Rule:
    book = load_rules(text + PEOPLE, "test.toml")
    assert len(book.rules) == 1
    return book.rules[0]


class TestWhatIsBroughtAlong:
    def test_has_nothing_to_be_said_against(self) -> None:
        reading = read_rules(shipped_alert_text())
        assert reading.problems == ()
        assert reading.book == shipped_alert_book()

    def test_looks_at_every_metric(self) -> None:
        assert {each.metric for each in shipped_alert_book().rules} == METRICS.keys()

    def test_comes_back_from_what_show_prints(self) -> None:
        book = shipped_alert_book()
        assert read_rules(rules_toml(book)).book == book

    @pytest.mark.parametrize(
        ("name", "level", "above", "below", "clear", "hold_seconds"),
        [
            ("feed-stale", 1, 60, None, None, 0),
            ("sign-outs", 1, 30, None, 10, 0),
            ("source-restarted", 3, None, None, None, 0),
            ("volume-far-off", 2, 40, -40, None, 600),
            ("volume-off", 3, 20, -20, None, 600),
            ("break-rate", 3, 10, None, 8, 60),
            ("reverse-share", 3, 3.7, 2.53, None, 0),
            ("break-too-long", 3, 900, None, None, 0),
            ("reverse-too-long", 3, 900, None, None, 0),
            ("water-too-long", 3, 300, None, None, 0),
            ("toilet-too-long", 3, 600, None, None, 0),
            ("desk-work-too-long", 3, 1200, None, None, 0),
            ("adherence-severe", 3, 600, None, None, 0),
            ("wrap-up-too-long", 3, 180, None, None, 0),
            ("call-too-long", 3, 900, None, None, 0),
            ("hold-too-long", 3, 180, None, None, 0),
            ("nobody-available", 2, 60, None, None, 0),
            ("service-level-low", 2, None, 80, None, 0),
            ("over-staffed", 3, 95, None, None, 0),
            ("staffing-short", 3, None, -10, None, 0),
            ("ticket-not-received", 2, 240, None, None, 0),
            ("ticket-ping-pong", 3, 2, None, None, 0),
            ("repeat-caller", 3, 900, None, None, 0),
            ("unqualified-rate", 3, 5, None, None, 0),
            ("backup-old", 3, 86_400, None, None, 0),
        ],
    )
    def test_has_the_thresholds_that_were_agreed(
        self, name: str, level: int, above: float | None, below: float | None, clear: float | None, hold_seconds: int
    ) -> None:
        found = next(each for each in shipped_alert_book().rules if each.id == name)
        assert (found.level, found.above, found.below, found.clear, found.hold_seconds) == (
            level,
            above,
            below,
            clear,
            hold_seconds,
        )

    def test_tells_those_who_are_to_be_told_of_each_level(self) -> None:
        book = shipped_alert_book()
        first = {level: steps[0] for level, steps in book.chains.items()}
        told = {level: {each for key in step.tell for each in book.groups[key]} for level, step in first.items()}
        assert told == {
            "1": {"group", "region", "province", "systems"},
            "2": {"group", "region", "province"},
            "3": {"region", "province"},
        }
        assert {level: step.acknowledge_seconds for level, step in first.items()} == {"1": 300, "2": 600, "3": 1800}

    def test_a_system_fault_mutes_what_it_explains_and_nothing_else(self) -> None:
        book = shipped_alert_book()
        wanted = {"service-level-low", "over-staffed", "adherence-severe", "nobody-available"}
        for each in book.rules:
            if each.level == 1:
                assert muted_by(each, book.rules) == wanted

    def test_over_staffing_is_an_invitation(self) -> None:
        assert [each.id for each in shipped_alert_book().rules if each.is_invitation] == ["over-staffed"]


class TestWhatAFileSays:
    def test_a_figure_has_thresholds_and_a_clear_one(self) -> None:
        found = rule(GAUGE + 'above = "10%"\nclear = "8.5 %"\nhold = "60s"\nremind = "1h30m"\n')
        assert (found.above, found.clear, found.hold_seconds, found.remind_seconds) == (10, 8.5, 60, 5400)
        assert found.level == 2

    def test_what_lasts_has_a_length_of_time(self) -> None:
        assert rule(SPELL + 'above = "15m"\n').above == 900

    def test_what_comes_has_a_lead_time_or_none(self) -> None:
        assert rule(DUE + 'ahead = "8h"\n').above == 28_800
        assert rule(DUE).above == 0

    def test_a_state_has_no_threshold(self) -> None:
        assert rule(STATE).above is None

    def test_a_scope_names_what_the_metric_knows(self) -> None:
        scope = 'above = "1m"\nscope = { kinds = ["agent"], queues = ["售后"], teams = ["一组"] }\n'
        assert rule(SPELL + scope).scope == Scope(kinds=("agent",), queues=("售后",), teams=("一组",))

    def test_an_empty_file_is_a_book_without_rules(self) -> None:
        assert read_rules("").book == AlertBook()


class TestWhatIsWrong:
    @pytest.mark.parametrize(
        ("text", "line", "key", "words"),
        [
            (GAUGE, 1, "rules.g", "“above” or “below” nowhere"),
            (GAUGE + 'above = "10%"\nclear = "11%"\n', 6, "rules.g.clear", "more than “above”"),
            (GAUGE + 'below = "10%"\nclear = "9%"\n', 6, "rules.g.clear", "less than “below”"),
            (GAUGE + 'above = "9%"\nbelow = "10%"\n', 5, "rules.g.above", "every figure"),
            (GAUGE + 'above = "9%"\nbelow = "1%"\nclear = "5%"\n', 7, "rules.g.clear", "two rules"),
            (GAUGE + "above = 10\n", 5, "rules.g.above", "no share"),
            (GAUGE + 'ahead = "5m"\n', 5, "rules.g.ahead", "a figure"),
            (SPELL, 1, "rules.s.above", "is missing"),
            (SPELL + "above = 900\n", 5, "rules.s.above", "no length of time"),
            (SPELL + 'above = "1m"\nbelow = "1m"\n', 6, "rules.s.below", "something that lasts"),
            (DUE + 'above = "1m"\n', 5, "rules.d.above", "“ahead”"),
            (STATE + 'above = "1m"\n', 5, "rules.f.above", "so or is not"),
            (STATE + 'holds = "1m"\n', 5, "rules.f.holds", "perhaps hold"),
            (STATE + 'scope = { queues = ["a"] }\n', 5, "rules.f.scope.queues", "its scopes are: sources"),
            (STATE + 'scope = { kinds = ["site", "quue"] }\n', 5, "rules.f.scope.kinds[2]", "perhaps queue"),
            (STATE + 'scope = { colour = ["a"] }\n', 5, "rules.f.scope.colour", "not known here"),
            (STATE + 'inhibits = ["f"]\n', 5, "rules.f.inhibits[1]", "mute itself"),
            (STATE + 'inhibits = ["x"]\n', 5, "rules.f.inhibits[1]", "there is no “x”"),
            (STATE + 'inhibits = ["metric:agent.cal"]\n', 5, "rules.f.inhibits[1]", "perhaps agent.call"),
            (STATE + 'invitation = true\nremind = "1m"\n', 6, "rules.f.remind", "not said again"),
            (STATE + 'runbook = { zh = "一", en = "a\\nb" }\n', 5, "rules.f.runbook.en", "one line"),
            (STATE + 'group = "site"\n', 5, "rules.f.group", "rule, entity"),
            (STATE.replace('"II"', '"IV"'), 3, "rules.f.level", "I, II, III"),
            (STATE.replace("One", "{who}"), 4, "rules.f.text.en", "{what}, {source}"),
            (STATE.replace(', en = "One"', ""), 4, "rules.f.text.en", "is missing"),
            (STATE.replace("system.fault", "sistem.fault"), 2, "rules.f.metric", "perhaps system.fault"),
            (STATE.replace("rules.f", "rules.Fault"), 1, "rules.Fault", "small letters"),
            (STATE + "[colours]\n", 5, "colours", "known are"),
            (STATE + '[groups]\ng = ["x"]\n', 6, "groups.g[1]", "there is no “x”"),
            (STATE + '[groups]\nr = ["r"]\n', 6, "groups.r", "a recipient has this name"),
            (STATE + "[groups]\nq = []\n", 6, "groups.q", "list of recipients"),
            (STATE + '[chains]\nIV = [{ tell = ["r"], acknowledge = "1m" }]\n', 6, "chains.IV", "no level"),
        ],
    )
    def test_is_told_with_line_and_key(self, text: str, line: int, key: str, words: str) -> None:
        told = errors(text)
        assert [(each[0], each[1]) for each in told if words in each[2]] == [(line, key)], told

    @pytest.mark.parametrize(
        ("channel", "key", "words"),
        [
            ('kind = "webhook"', "channels.c.url", "is missing"),
            ('kind = "webhook"\nurl = "ftp://x"', "channels.c.url", "https://"),
            (
                'kind = "webhook"\nurl = "https://x"\nsecret_env = "A"\nsecret_file = "b"',
                "channels.c.secret_file",
                "twice",
            ),
            ('kind = "smtp"\nhost = "h"\nsender = "a@b"\nto = ["c@d"]\nuser = "u"', "channels.c.user", "password"),
            ('kind = "smtp"\nhost = "h"\nsender = "a@b"', "channels.c.to", "is missing"),
            ('kind = "fax"', "channels.c.kind", "terminal, webhook"),
            ('kind = "terminal"\nurl = "https://x"', "channels.c.url", "not known here"),
            ('kind = "feishu"\nurl = "https://x"\ntimeout = "90s"', "channels.c.timeout", "1m or less"),
        ],
    )
    def test_of_a_channel_is_told(self, channel: str, key: str, words: str) -> None:
        told = errors(f"{STATE}[channels.c]\n{channel}\n")
        assert [each[1] for each in told] == [key]
        assert words in told[0][2]

    def test_of_every_part_is_told_at_once(self) -> None:
        text = GAUGE + SPELL.replace("One", "{who}") + 'above = "1m"\n[recipients.x]\nname = "x"\nchannels = ["fax"]\n'
        assert [each[1] for each in errors(text)] == ["rules.g", "rules.s.text.en", "recipients.x.channels[1]"]

    def test_rules_that_mute_each_other_are_told_both(self) -> None:
        text = STATE + 'inhibits = ["metric:agent.call"]\n' + SPELL + 'above = "1m"\ninhibits = ["f"]\n'
        assert [each[:2] for each in errors(text)] == [(5, "rules.f.inhibits"), (11, "rules.s.inhibits")]

    def test_no_toml_is_told_by_line(self) -> None:
        reading = read_rules("[rules.a]\nmetric = \n")
        assert reading.book is None
        assert [(each.line, each.key) for each in reading.problems] == [(2, "")]

    def test_what_has_to_be_right_names_the_first_and_how_many_more(self) -> None:
        with pytest.raises(DataProblem, match=r"^x\.toml, line 1: rules\.g: .*\(1 more: ") as raised:
            load_rules(GAUGE + SPELL, "x.toml")
        assert "\n" not in str(raised.value)


class TestWhatIsWorthALook:
    def test_a_hold_on_top_of_a_length_of_time(self) -> None:
        found = only(SPELL + 'above = "1m"\nhold = "1m"\n')
        assert (found.line, found.key, found.is_warning) == (6, "rules.s.hold", True)

    def test_a_figure_that_only_one_language_says(self) -> None:
        found = only(STATE.replace("One", "{what}"))
        assert (found.key, found.is_warning) == ("rules.f.text", True)

    def test_a_level_of_which_nobody_is_told(self) -> None:
        found = only(STATE.replace('"II"', '"I"'))
        assert (found.key, found.is_warning) == ("chains", True)

    def test_an_address_that_is_as_good_as_a_password(self) -> None:
        found = only(STATE + '[channels.c]\nkind = "wecom"\nurl = "https://x/send?key=1"\n')
        assert (found.key, found.is_warning) == ("channels.c.url", True)


_KEYS = st.sampled_from(["metric", "level", "above", "text", "zh", "en", "tell", "kind", "x"])
_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.text(max_size=4)
    | st.sampled_from(["10%", "5m", "floor.break_rate"])
)
_VALUES = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4), max_leaves=12
)
_SECTIONS = st.sampled_from(["rules", "recipients", "groups", "chains", "channels", "x"])


class TestAnyFile:
    @given(st.dictionaries(_SECTIONS, _VALUES, max_size=5))
    @settings(max_examples=200, deadline=None)
    def test_is_read_or_told_what_is_wrong(self, fields: dict[str, Any]) -> None:

        def without_nothing(value: Any) -> Any:
            if isinstance(value, dict):
                return {key: without_nothing(each) for key, each in value.items() if each is not None}
            if isinstance(value, list):
                return [without_nothing(each) for each in value if each is not None]
            return value

        text = "\n".join(f"{toml_key(key)} = {toml_value(each)}" for key, each in without_nothing(fields).items())
        reading = read_rules(text)
        assert (reading.book is None) == bool(reading.errors)
        if reading.book is not None:
            assert read_rules(rules_toml(reading.book)).book == reading.book

    @given(
        st.sampled_from([key for key, metric in METRICS.items() if metric.shape is Shape.GAUGE]),
        st.integers(-(10**6), 10**6).map(lambda number: number / 100),
        st.integers(0, 86_400),
    )
    @settings(max_examples=100, deadline=None)
    def test_comes_back_from_what_show_prints(self, metric: str, above: float, hold_seconds: int) -> None:
        made = (
            shipped_alert_book()
            .rules[0]
            .model_copy(
                update={
                    "metric": metric,
                    "above": above,
                    "hold_seconds": hold_seconds,
                    "inhibits": (),
                    "text": _plain(),
                }
            )
        )
        book = AlertBook(rules=(made,))
        assert read_rules(rules_toml(book)).book == book


def _plain() -> Any:
    return shipped_alert_book().rules[0].text.model_copy(update={"zh": "一", "en": "One"})
