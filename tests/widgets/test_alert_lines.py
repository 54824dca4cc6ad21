"""The banner as text: what needs a person, what somebody has, and never more lines than there is room for."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.alerts.model import Alert
from app.core.i18n import language, set_language
from tests.alerts.samples import BOOK, NOW_MS, alert, groups_of, over, overdue, taken
from widgets.alert_lines import BannerView, Moment, banner_lines, room_of
from widgets.alert_words import RuleWords
from widgets.painted import line_text, line_width

MOMENT = Moment(NOW_MS, lambda at_ms: f"{(at_ms // 60_000 + 480) // 60 % 24:02d}:{at_ms // 60_000 % 60:02d}")
KEYS = (("A", "Take"), ("o", "Go there"))


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = language()
    set_language("en")
    yield
    set_language(before)


def view(*alerts: Alert, muted: int = 0, chosen: str = "", is_open: bool = False, problem: str = "") -> BannerView:
    return BannerView(
        groups_of(alerts), RuleWords(BOOK), muted, {"li": "李雷"}, problem, chosen, is_open, is_known=True
    )


def text(shown: BannerView, width: int = 78, room: int = 3) -> list[str]:
    """The lines, every gap of several blanks as two."""
    lines = [line_text(line).rstrip() for line in banner_lines(shown, MOMENT, width, room)]
    return [re.sub(r"(?<=\S)   *(?=\S)", "  ", line) for line in lines]


DOWN = alert("down|fault:F-1", values={"what": "BOSS [/]"}, number=9)


def test_without_alerts_there_is_no_banner() -> None:
    assert text(view()) == []
    assert text(view(alert("breaks|site", inhibited_by="down|fault:F-1"), muted=0)) == []


def test_one_alert_says_what_where_for_how_long_and_what_to_do() -> None:
    shown = view(DOWN)
    assert text(shown) == [
        " ■ I  System down: BOSS [/]  1:00",
        "    → Tell whoever runs it",
    ]
    with_keys = BannerView(shown.groups, shown.words, is_known=True, key_words=lambda: KEYS)
    assert text(with_keys)[1] == "    → Tell whoever runs it  A Take  o Go there"


def test_several_are_lines_and_the_first_is_marked() -> None:
    seven = [overdue(number, ago_seconds=number * 60) for number in range(1, 8)]
    breaks = alert("breaks|site", values={"value": "12.5"}, is_late=True)
    assert text(view(DOWN, *seven, breaks)) == [
        "›  ■ I  System down: BOSS [/]  1:00",
        "   ▲ II  7 tickets overdue · repair · 东区  7:00",
        "   ● III  Break rate 12.5%, limit 10%  · detected late  1:00",
    ]
    assert text(view(DOWN, *seven, breaks, alert("gone|queue:售后"))) == [
        "›  ■ I  System down: BOSS [/]  1:00",
        "   ▲ II  7 tickets overdue · repair · 东区  7:00",
        "+2 more",
    ]
    assert text(view(DOWN, *seven), room=5) == [
        "›  ■ I  System down: BOSS [/]  1:00",
        "    → Tell whoever runs it",
        "   ▲ II  7 tickets overdue · repair · 东区  7:00",
    ]


def test_what_somebody_has_moves_to_the_quiet_line_and_stays() -> None:
    lines = text(view(DOWN, taken(overdue(1)), over(alert("breaks|site", values={"value": "12"})), muted=4), width=100)
    assert lines[0].startswith("›  ■ I  System down")
    assert lines[1] == "    → Tell whoever runs it"
    assert "▲ II 李雷 has it · 1:00 ·" in lines[2]
    assert "✓ over:" in lines[2]
    assert "4 muted" in lines[2]


def test_a_silenced_one_says_until_when_and_an_invitation_is_no_alarm() -> None:
    lines = text(view(alert("breaks|site", values={"value": "12"}, silenced_until_ms=NOW_MS + 1_800_000)))
    assert lines == ["● III silent until 10:30 · Break rate 12%, limit 10%"]
    assert text(view(alert("idle|queue:VIP"))) == ["○ VIP: time to train people"]


def test_old_data_is_said() -> None:
    assert text(view(problem="The database is gone.")) == ["■ The database is gone."]


def test_the_chosen_line_is_in_sight_and_names_what_keys_act_on() -> None:
    lines = [
        alert(f"spell|agent:{name}", number=at, values={"name": name, "type": name}) for at, name in enumerate("abc")
    ]
    groups = groups_of([DOWN, *lines])
    shown = view(DOWN, *lines, chosen=groups[-1].key)
    assert text(shown)[-2].startswith("›  ● III")
    assert "c has been on a break for 15 min" in text(shown)[-2]
    assert view(DOWN, chosen="gone").chosen_group() is not None
    assert view(over(DOWN)).chosen_group() is None


def test_opened_up_each_alert_is_a_line() -> None:
    assert text(view(overdue(1), overdue(2, ago_seconds=120), muted=2, is_open=True), room=9) == [
        " ▲ II  2 tickets overdue · repair · 东区  2:00",
        "    → Phone the crew",
        "    · Ticket WO-2 is overdue  2:00",
        "    · Ticket WO-1 is overdue  1:00",
        "2 muted by what explains them",
    ]
    cut = text(view(*(overdue(number) for number in range(20)), is_open=True), room=6)
    assert len(cut) == 6
    assert cut[-1] == "  and 17 lines more"


def test_chinese_lines_are_as_wide_as_the_screen() -> None:
    set_language("zh")
    lines = banner_lines(view(*(overdue(number) for number in range(1, 8)), taken(DOWN)), MOMENT, 78, 3)
    assert line_text(lines[0]).split() == ["›", "▲", "II", "7", "张工单超时", "·", "repair", "·", "东区", "1:00"]
    assert "李雷 已接手" in line_text(lines[2])
    assert max(map(line_width, lines)) <= 78
    assert line_width(lines[0]) == 78


def test_a_rule_that_is_gone_is_named_by_its_id() -> None:
    assert text(view(alert("gone|queue:售后")))[0].startswith(" ● III  gone · 售后")


@pytest.mark.parametrize(("height", "is_open", "room"), [(24, False, 3), (32, False, 4), (60, False, 5), (24, True, 9)])
def test_a_low_terminal_gives_little_room(height: int, is_open: bool, room: int) -> None:
    assert room_of(height, is_open) == room


_NAMES = st.sampled_from(["王芳", "[@click=app.quit]x", "\x1b[31mred", "e\u0301" * 40, "a" * 300, ""])


@given(
    st.lists(st.tuples(st.sampled_from(["down", "overdue", "breaks", "spell", "gone"]), _NAMES), max_size=12),
    st.integers(20, 200),
    st.integers(2, 9),
    st.booleans(),
)
def test_no_line_is_wider_than_the_screen_nor_are_there_too_many(
    told: list[tuple[str, str]], width: int, room: int, is_open: bool
) -> None:
    made = [
        alert(f"{rule}|agent:{at}", number=at, values={"name": name, "what": name, "ticket": name, "unit": name})
        for at, (rule, name) in enumerate(told)
    ]
    mixed = [taken(each) if at % 3 == 1 else over(each) if at % 3 == 2 else each for at, each in enumerate(made)]
    lines = banner_lines(view(*mixed, muted=len(mixed) // 2, is_open=is_open), MOMENT, width, room)
    assert len(lines) <= room
    assert all(line_width(line) <= width or width < 40 for line in lines)
    assert all("\x1b" not in line_text(line) for line in lines)
