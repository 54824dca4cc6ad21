"""What alerts say: figures with their units, in both languages, and nothing of data that a terminal would obey."""

from __future__ import annotations

import pytest

from app.alerts.metrics import METRICS
from app.alerts.rule import Rule, Scope
from app.alerts.rule_file import shipped_alert_book
from app.alerts.scopes import covers
from app.alerts.wording import figure_text, sentence, threshold_of, time_text
from app.core.i18n import LANGUAGES, Language
from app.tickets.policy_file import shipped_book

RULES = {rule.id: rule for rule in shipped_alert_book().rules}


def rule(text: str, metric: str = "floor.break_rate", **fields: object) -> Rule:
    return Rule.model_validate(
        {"id": "r", "metric": metric, "level": 3, "text": {"zh": text, "en": text}, "above": 10.0, **fields}
    )


def test_a_sentence_has_the_figure_where_and_the_threshold() -> None:
    values = {"value": "81.25", "offered": "16", "answered": "13", "seconds": "20"}
    found = RULES["service-level-low"]
    assert sentence(found, "queue:售后", values, "zh") == (
        "售后 近 30 分钟服务水平 81.2%，目标 80%（20 秒）：16 通中 13 通达标"
    )
    assert sentence(found, "queue:售后", values, "en") == (
        "售后: service level of the last 30 min 81.2%, target 80% in 20 s: 13 of 16"
    )


def test_what_is_of_no_place_says_so() -> None:
    assert sentence(rule("{entity}"), "site", {}, "zh") == "全场"
    assert sentence(rule("{entity}"), "site", {}, "en") == "the whole floor"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_told_is_a_dash(language: Language) -> None:
    assert sentence(rule("{count}/{nonsense}"), "site", {"count": "3"}, language) == "3/–"


def test_words_from_data_are_neither_obeyed_nor_filled_again() -> None:
    found = sentence(rule("{what}", "system.fault"), "fault:1", {"what": "\x1b[2J{entity}\u202e"}, "en")
    assert "\x1b" not in found
    assert "\u202e" not in found
    assert "{entity}" in found


def test_the_threshold_is_the_one_that_was_crossed() -> None:
    both = rule("{threshold}", above=40.0, below=-40.0)
    assert [threshold_of(both, value) for value in (-45.0, 45.0, None)] == [-40.0, 40.0, 40.0]
    assert sentence(both, "site", {"value": "-45"}, "en") == "-40%"


@pytest.mark.parametrize(
    ("metric", "number", "zh", "en"),
    [
        ("floor.break_rate", 10.04, "10%", "10%"),
        ("floor.reverse_share", 3.7, "3.7%", "3.7%"),
        ("floor.break_rate", -0.01, "0%", "0%"),
        ("agent.call", 900, "15 分钟", "15 min"),
        ("house.disk_free", 1024, "1024 MB", "1024 MB"),
        ("ticket.returns", 3, "3", "3"),
    ],
)
def test_figures_have_their_units(metric: str, number: float, zh: str, en: str) -> None:
    assert figure_text(METRICS[metric], number, "zh") == zh
    assert figure_text(METRICS[metric], number, "en") == en


@pytest.mark.parametrize(
    ("seconds", "en"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3661, "1 h 1 min 1 s"), (7200, "2 h"), (-90, "-1 min 30 s")],
)
def test_lengths_of_time_are_words(seconds: int, en: str) -> None:
    assert time_text(seconds, "en") == en


def test_the_texts_brought_along_need_only_what_their_metric_gives() -> None:
    for found in RULES.values():
        values = dict.fromkeys(METRICS[found.metric].values, "x") | {"value": "1"}
        for language in LANGUAGES:
            said = sentence(found, "queue:q", values, language)
            assert "–" not in said.replace(" – ", ""), said
            assert "{" not in said


class TestScope:
    NAMES = (("agent", "1001"), ("team", "一组"), ("unit", "u1"), ("unit", "u0"), ("reason", "Water"))

    @pytest.mark.parametrize(
        ("scope", "is_covered"),
        [
            (Scope(), True),
            (Scope(kinds=("agent",)), True),
            (Scope(kinds=("queue", "agent")), True),
            (Scope(kinds=("queue",)), False),
            (Scope(units=("u0",)), True),
            (Scope(units=("u2", "U1")), True),
            (Scope(teams=("二组",)), False),
            (Scope(reasons=("water",), teams=("一组",)), True),
            (Scope(reasons=("water",), teams=("二组",)), False),
            (Scope(queues=("q",)), False),
        ],
    )
    def test_takes_in_what_each_of_its_lists_names(self, scope: Scope, is_covered: bool) -> None:
        assert covers(scope, "agent:1001", self.NAMES) is is_covered


class TestWordsOfTheProgram:
    def test_states_activities_and_stages_are_called_as_people_do(self) -> None:
        values = {"name": "张三", "planned": "on_queue", "state": "not_ready"}
        found = RULES["adherence-severe"]
        assert sentence(found, "agent:1001", values, "zh") == "张三 偏离排班已超过 10 分钟：应为在线接听，实为示忙"
        assert "on queue planned, not ready now" in sentence(found, "agent:1001", values, "en")

    def test_types_and_stages_are_called_as_the_policy_does(self) -> None:
        values = {"ticket": "WO-1", "type": "repair", "stage": "deliver", "due": "10:00:00", "unit": "七班"}
        found = RULES["ticket-overdue"]
        assert "到达班组" in sentence(found, "ticket:WO-1/deliver/1/1", values, "zh", shipped_book())
        assert "deliver" in sentence(found, "ticket:WO-1/deliver/1/1", values, "zh")
        overall = sentence(found, "ticket:WO-1/overall/1/1", values | {"stage": "overall"}, "en", shipped_book())
        assert "Overall" in overall
