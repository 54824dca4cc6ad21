"""The filter language: what it understands, what it says of a ticket, and that it never breaks."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import UsageProblem
from app.core.i18n import set_language
from app.tickets.model import Clock, ClockSpan, Priority, PriorityReason, TicketState
from app.tickets.picture import TicketRow
from app.tickets.policy import PolicyBook, Stage, TypePolicy, Words
from app.tickets.query import Query, folded, known_values, parse, suggest, vocabulary
from app.tickets.query_words import CHOICES, FLAGS, KEYS, KeyKind

NOW_MS: Final = 1_795_291_200_000
HOUR_MS: Final = 3_600_000


def make_clock(
    stage: str = "accept", *, due_ms: int | None = NOW_MS + HOUR_MS, warn_ms: int | None = None, is_paused: bool = False
) -> Clock:
    """A clock of one hour that began at the present moment."""
    end_ms = NOW_MS - 60_000 if is_paused else None
    return Clock(
        stage=stage, cycle=1, run=1, role="crew", unit="u1", person="", started_ms=NOW_MS - 600_000, stopped_ms=None,
        limit_seconds=3600, warn_seconds=(600,), act_seconds=None, calendar="",
        spans=(ClockSpan(NOW_MS - 600_000, end_ms),), used_ms=540_000 if is_paused else 0,
        due_ms=None if is_paused else due_ms, warn_ms=warn_ms, act_ms=None, is_void=False, policy=0,
    )  # fmt: skip


def make_row(number: str = "HL-0042", clock: Clock | None = None, **values: object) -> TicketRow:
    """An accepted complaint of a customer with five stars in Harbin, due in an hour."""
    clock = make_clock() if clock is None else clock
    row = TicketRow(
        ticket=number, ticket_type="complaint", state=TicketState.ACCEPTED, title="路灯不亮 Street light",
        unit="hrb", unit_name="哈尔滨道外班", owner="1001", owner_name="王芳", sender="hotline", customer="C100",
        caller="13904510001", stars=5, subject="lighting", area="道外区", service="power", level="city",
        priority=Priority.HIGH, reasons=(PriorityReason.STARS,), created_ms=NOW_MS - 3 * HOUR_MS,
        changed_ms=NOW_MS, cycle=1, returns=1, clocks=(clock,), next_clock=clock, due_ms=clock.due_ms,
        has_flag=False, call_back_ms=None, text="hl-0042 路灯不亮 street light",
        units_above=(("hrb-city", "哈尔滨"), ("hlj", "黑龙江")),
    )  # fmt: skip
    return row._replace(**values)  # type: ignore[arg-type]


ROW: Final = make_row()
PAUSED: Final = make_row(clock=make_clock(is_paused=True))


@pytest.mark.parametrize(
    "text",
    [
        "", "type:complaint", "类型:投诉", "type:repair,complaint", "类型：投诉｜报修", "due<2h", "剩余＜2小时",
        "due<=60m", "due≤1h", "due:1h", "due>59m", "due<1d", "age>2h", "age:3h", "历时>=180分钟", "unit:哈尔滨",
        "单位:道外", "unit:HRB", "stars>=5", "星级:5|4", "stars<=5", "-stars<5", "stage:accept", "role:crew",
        "state:accepted", "状态:已受理、处理中",
        "-paused", "-暂停", "-overdue", "mine", "我的", "-unowned", "returned", "退回", "退回>0", "returns:1",
        "priority:high", "priority>=high", "优先级:高", "priority<top", "level:city", "level>=city", "level<province",
        "reason:stars", "原因:星级|媒体", "路灯", "路灯 STREET", '"street light"', "“street light”", "ｓｔｒｅｅｔ",
        "owner:王芳", "owner:1001", "sender:hot", "customer:c100", "caller:139", "ticket:0042", "title:路灯",
        "unit:黑龙江", "unit:hlj", "unit=hrb", "unit=哈尔滨道外班", "处理人=王芳|李伟", "ticket=hl-0042",
        "-unit=哈尔滨", "-unit=黑龙江", "stage=accept", "type=complaint", "stars=5", "text=light", "subject:light",
        "area:道外", "service:power", "text:foo|street", "-foo", '-"light street"', "cycle:1",
        "type:complaint due<2h unit:哈尔滨 stars>=5 stage:accept -paused -overdue 路灯",
    ],
)  # fmt: skip
def test_terms_that_hold(text: str) -> None:
    assert parse(text).matches(ROW, NOW_MS, "1001")


@pytest.mark.parametrize(
    "text",
    [
        "type:repair", "type:comp", "due<1h", "due>1h", "due<0", "age<3h", "unit:齐齐哈尔", "stars>5", "stars:4",
        "stage:arrive",
        "state:sent", "paused", "overdue", "warned", "unowned", "flagged", "promised", "reopened", "priority>high",
        "unit=哈尔滨", "unit=hlj", "unit:吉林", "stage=acc", "title=路灯", "-unit:黑龙江", "level>city",
        "reason:media", "漏水", '"light street"', "-returned", "-路灯", "cycle>1",
    ],
)  # fmt: skip
def test_terms_that_do_not_hold(text: str) -> None:
    assert not parse(text).matches(ROW, NOW_MS, "1001")


def test_mine_is_nobodys_without_an_actor() -> None:
    assert not parse("mine").matches(make_row(owner=""), NOW_MS)
    assert not parse("mine").matches(ROW, NOW_MS, "1002")


def test_a_limit_is_met_at_its_instant_and_overdue_after() -> None:
    due_ms = NOW_MS + HOUR_MS
    assert not parse("overdue").matches(ROW, due_ms)
    assert parse("overdue").matches(ROW, due_ms + 1)
    assert parse("due<0").matches(ROW, due_ms + 1)
    assert parse("due<-1h").matches(ROW, due_ms + HOUR_MS + 1)
    assert not parse("due<-1h").matches(ROW, due_ms + HOUR_MS)


def test_a_paused_clock_has_left_what_it_has_not_used() -> None:
    assert parse("paused due:51m due<2h -overdue").matches(PAUSED, NOW_MS)
    assert parse("due<52m").matches(PAUSED, NOW_MS + 100 * HOUR_MS)


def test_a_warning_is_over_when_the_limit_is() -> None:
    row = make_row(clock=make_clock(warn_ms=NOW_MS + 50 * 60_000))
    assert not parse("warned").matches(row, NOW_MS)
    assert parse("warned").matches(row, NOW_MS + 50 * 60_000)
    assert not parse("warned").matches(row, NOW_MS + HOUR_MS + 1)


def test_what_is_not_known_compares_with_nothing() -> None:
    row = make_row(stars=None, level="", next_clock=None, due_ms=None, clocks=())
    for text in ("stars>=0", "stars<9", "level>=team", "level<group", "due<999d", "due>-999d", "due:0"):
        assert not parse(text).matches(row, NOW_MS)
        assert parse(f"-{text}").matches(row, NOW_MS)


@pytest.mark.parametrize(
    ("text", "named", "possible"),
    [
        ("colour:red", "colour", "type"),
        ("state:lost", "lost", "received"),
        ("优先级:疯狂", "疯狂", "top"),
        ("stars>=many", "stars>=many", "stars>=5"),
        ("due<2", "due<2", "due<2h"),
        ("due<2weeks", "due<2weeks", "due<2h"),
        ("due<1h|2h", "due<1h|2h", "due<2h"),
        ("unit:", "unit:", "unit:哈尔滨"),
        ("type<complaint", "type<complaint", "type:complaint"),
        ("-", "-", "-paused"),
        ('""', "quotes", "search"),
        ("x" * 1001, "1000", "less"),
    ],
)
def test_a_problem_names_the_word_and_what_is_possible(text: str, named: str, possible: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        parse(text)
    assert named in str(caught.value)
    assert possible in str(caught.value)


def test_full_width_forms_in_a_ticket_count_as_nothing() -> None:
    row = make_row(text="ａｂｃ 路灯", title="ＡＢＣ", stars=3)
    assert parse("abc title:ａＢc").matches(row, NOW_MS)


def test_the_normal_form_is_english_and_short() -> None:
    typed = " 类型：投诉、报修  剩余＜1小时30分 -暂停  “路 灯” 退回 Type "
    assert parse(typed).text == 'type:complaint|repair due<90m -paused "路 灯" returned type'
    assert parse('"overdue"').text == '"overdue"'
    assert parse("foo|bar").text == '"foo|bar"'


def test_a_site_calls_its_types_and_stages_as_it_likes() -> None:
    stage = Stage(name="on_way", words=Words(zh="在途", en="On the way"), role="crew", start=("departed",),
                  stop=("arrived",), limit_seconds=60)  # fmt: skip
    book = PolicyBook(types={"gas": TypePolicy(words=Words(zh="燃气", en="Gas leak"), stages=(stage,))})
    words = vocabulary(book)
    query = parse('类型:燃气 type:"gas leak" 环节:在途 类型:投诉', words)
    assert query.text == "type:gas type:gas stage:on_way type:complaint"
    assert parse(query.text) == query


# -- properties ------------------------------------------------------------------------------------------------------

SIGNS: Final = st.sampled_from([":", "=", "<", "<=", ">", ">=", "：", "≥"])
WORDS: Final = st.sampled_from(
    [each.key for each in KEYS]
    + [alias for each in KEYS for alias in each.aliases]
    + [alias for flag, aliases in FLAGS.items() for alias in (flag, *aliases)]
    + [value for values in CHOICES.values() for value in values]
    + ["2h", "1h30m", "-5m", "0", "5", "哈尔滨", "路灯", "-", '"', "\\", "|", ",", "“", "”", "、", " ", "　", "ß", "ﬁ"]
)
TYPED: Final = st.lists(st.one_of(WORDS, SIGNS, st.text(max_size=6)), max_size=12).map("".join)
GOOD: Final = st.sampled_from(
    [f"{each.key}:x" for each in KEYS if each.kind in (KeyKind.PART, KeyKind.WORD)]
    + [each.example for each in KEYS]
    + list(FLAGS)
    + ["路灯", "light", "due<0", "due:1h|2h", "age>=3h", "level<=team", "priority<top", "stars:3,4"]
)
ROWS: Final = st.builds(
    lambda stars, level, returns, due_ms, paused, owner: make_row(
        clock=make_clock(is_paused=paused, due_ms=due_ms), stars=stars, level=level, returns=returns, owner=owner
    ),
    st.none() | st.integers(0, 10),
    st.sampled_from(["", "group", "city", "team", "own"]),
    st.integers(0, 3),
    st.none() | st.integers(NOW_MS - 10 * HOUR_MS, NOW_MS + 10 * HOUR_MS),
    st.booleans(),
    st.sampled_from(["", "1001", "1002"]),
)


def understood(text: str) -> Query | None:
    try:
        return parse(text)
    except UsageProblem:
        return None


@given(TYPED)
def test_any_text_is_understood_or_told_what_is_wrong(text: str) -> None:
    query = understood(text)
    if query is not None:
        assert parse(query.text) == query
        assert parse(query.text).text == query.text
        query.matches(ROW, NOW_MS)


@given(GOOD, ROWS)
def test_negation_is_the_complement(text: str, row: TicketRow) -> None:
    query = parse(text)
    [term] = query.terms
    flipped = Query((term._replace(is_negated=not term.is_negated),))
    assert query.matches(row, NOW_MS, "1001") is not flipped.matches(row, NOW_MS, "1001")


@given(st.lists(GOOD, max_size=5), st.lists(ROWS, max_size=8))
def test_terms_narrow_one_another(texts: list[str], rows: list[TicketRow]) -> None:
    whole = parse(" ".join(texts))
    singly = [row for row in rows if all(parse(text).matches(row, NOW_MS, "1001") for text in texts)]
    assert whole.select(rows, NOW_MS, "1001") == singly
    assert [row for row in rows if whole.matches(row, NOW_MS, "1001")] == singly


@given(st.sampled_from(["due<1h", "due>=-30m", "due:1h|2h", "-due<=0", "age<3h", "age:3h|4h", "overdue", "-warned"]),
       ROWS, st.integers(NOW_MS - 3 * HOUR_MS, NOW_MS + 12 * HOUR_MS), st.integers(1, 5 * HOUR_MS))  # fmt: skip
def test_between_turning_points_time_changes_nothing(text: str, row: TicketRow, from_ms: int, for_ms: int) -> None:
    query = parse(text)
    assert query.is_timed
    next_ms = query.next_turn(row, from_ms)
    until_ms = from_ms + for_ms if next_ms is None else min(from_ms + for_ms, next_ms - 1)
    assert until_ms >= from_ms
    assert query.matches(row, from_ms) is query.matches(row, until_ms)


@given(st.text())
def test_folding_is_done_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


# -- suggestions -----------------------------------------------------------------------------------------------------


def become(text: str, cursor: int | None = None) -> list[str]:
    at = len(text) if cursor is None else cursor
    return [text[: each.start] + each.text + text[each.end :] for each in suggest(text, at, known_values([ROW]))]


def test_suggestions_go_on_from_what_is_typed() -> None:
    assert become("ty") == ["type:"]
    assert become("type:") == ["type:complaint"]
    assert become("overdue ty") == ["overdue type:"]
    assert become("-pau") == ["-paused"]
    assert become("类") == ["类型:"]
    assert become("超") == ["超时"]
    assert become("unit:道外") == ["unit:哈尔滨道外班"]
    assert become("unit:黑") == ["unit:黑龙江"], "units above are named too"
    assert become("unit:哈尔滨道外班") == [], "what stands there already is no suggestion"
    assert become("stage:acc") == ["stage:accept"]
    assert become("状态:")[:2] == ["状态:新建", "状态:已派"]
    assert become("state:")[:2] == ["state:new", "state:sent"]
    assert become("类型:") == ["类型:投诉"]
    assert become("类型:co") == ["类型:complaint"]
    assert become("type:投") == ["type:投诉"]
    assert [each.label for each in suggest("type:repair|com", 15, known_values([ROW]))] == ["complaint"]
    assert become("state:已受") == ["state:已受理"]
    assert become("due<") == ["due<30m", "due<1h", "due<2h", "due<8h", "due<1d"]
    assert become("type:repair|com") == ["type:repair|complaint"]
    assert become("ty overdue", 2) == ["type: overdue"]
    assert become("colour:r") == []


def test_with_nothing_typed_every_key_is_suggested_once_in_the_language_that_is_spoken() -> None:
    assert [each.text for each in suggest("", 0, {})][:3] == ["type:", "unit:", "owner:"]
    set_language("zh")
    try:
        assert [each.text for each in suggest("", 0, {})][:3] == ["类型:", "单位:", "处理人:"]
    finally:
        set_language("en")


@given(TYPED, st.integers(-3, 40))
def test_suggestions_bear_any_text_and_cursor(text: str, cursor: int) -> None:
    for each in suggest(text, cursor, known_values([ROW])):
        assert 0 <= each.start <= each.end <= len(text)


def test_what_is_suggested_is_understood() -> None:
    for key in KEYS:
        for text in become(f"{key.key}:"):
            assert parse(text).terms
