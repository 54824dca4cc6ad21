"""The words of the filter language: keys, flags and closed sets of values, in English and Chinese at once."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from app.tickets.model import Priority, PriorityReason, TicketState
from app.tickets.policy import PolicyBook

_LIKE: Final = {ord("“"): '"', ord("”"): '"', ord("≤"): "<=", ord("≥"): ">="}
"""What input methods write for the signs of the language."""

_FOLDINGS: Final = 4
"""Full-width forms and case are folded until nothing changes; the standard's longest chain takes three rounds."""


class KeyKind(StrEnum):
    """What a key is compared with."""

    PART = "part"
    """A text of which a part suffices."""
    WORD = "word"
    """A whole word."""
    CHOICE = "choice"
    """One of a closed set."""
    RANK = "rank"
    """One of an ordered set; comparisons work."""
    NUMBER = "number"
    DURATION = "duration"


@dataclass(frozen=True, slots=True)
class KeyWord:
    """A key of the language.

    Attributes:
        key: Its name, as the normal form has it.
        kind: What it is compared with.
        aliases: Other names, folded; the first is the Chinese one that is suggested.
        example: A term with it.
    """

    key: str
    kind: KeyKind
    aliases: tuple[str, ...]
    example: str


KEYS: Final = (
    KeyWord("type", KeyKind.WORD, ("类型", "工单类型"), "type:complaint"),
    KeyWord("unit", KeyKind.PART, ("单位", "部门"), "unit:哈尔滨"),
    KeyWord("owner", KeyKind.PART, ("处理人", "归属"), "owner:王芳"),
    KeyWord("sender", KeyKind.PART, ("派单单位", "派单"), "sender:hotline"),
    KeyWord("stage", KeyKind.PART, ("环节", "阶段"), "stage:accept"),
    KeyWord("role", KeyKind.PART, ("岗位", "责任"), "role:crew"),
    KeyWord("state", KeyKind.CHOICE, ("状态",), "state:sent"),
    KeyWord("reason", KeyKind.CHOICE, ("优先原因", "原因"), "reason:media"),
    KeyWord("priority", KeyKind.RANK, ("优先级", "优先"), "priority>=high"),
    KeyWord("level", KeyKind.RANK, ("层级", "级别"), "level>=city"),
    KeyWord("due", KeyKind.DURATION, ("剩余", "时限"), "due<2h"),
    KeyWord("age", KeyKind.DURATION, ("历时", "时长"), "age>1d"),
    KeyWord("stars", KeyKind.NUMBER, ("星级", "星"), "stars>=5"),
    KeyWord("returns", KeyKind.NUMBER, ("退回次数", "退回"), "returns>1"),
    KeyWord("cycle", KeyKind.NUMBER, ("周期", "轮次"), "cycle>1"),
    KeyWord("ticket", KeyKind.PART, ("单号", "工单"), "ticket:0042"),
    KeyWord("title", KeyKind.PART, ("标题",), "title:停电"),
    KeyWord("customer", KeyKind.PART, ("客户",), "customer:C100"),
    KeyWord("caller", KeyKind.PART, ("来电", "号码", "主叫"), "caller:139"),
    KeyWord("subject", KeyKind.PART, ("主题", "事由"), "subject:billing"),
    KeyWord("area", KeyKind.PART, ("区域", "地区"), "area:道外"),
    KeyWord("service", KeyKind.PART, ("业务", "服务"), "service:power"),
    KeyWord("text", KeyKind.PART, ("内容", "全文"), 'text:"停电"|"断电"'),
)
"""In the order in which they are suggested."""

FLAGS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "overdue": ("超时", "逾期"),
        "warned": ("预警", "将超时"),
        "paused": ("暂停", "挂起"),
        "mine": ("我的", "我"),
        "unowned": ("无人", "未认领"),
        "flagged": ("标记", "重复来电", "flag"),
        "returned": ("退回", "被退回"),
        "promised": ("承诺", "约定回电"),
        "reopened": ("重开",),
    }
)
"""Words that stand alone, with their other names; the first of these is the Chinese one that is suggested."""

STATES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        TicketState.NEW.value: ("新建", "待派", "新增", "新单"),
        TicketState.SENT.value: ("已派", "已派发", "已派出", "已派单", "已发出", "已下发", "在途"),
        TicketState.RECEIVED.value: ("已接收", "已收到", "已签收", "已到达", "已送达"),
        TicketState.ACCEPTED.value: ("已受理", "已接单", "已接受", "已接"),
        TicketState.WORKING.value: ("处理中", "办理中", "在办", "in work"),
        TicketState.HELD.value: ("挂起", "暂停", "已挂起", "已暂停"),
        TicketState.RETURNED.value: ("已退回", "退回", "被退回", "已退单"),
        TicketState.RESOLVED.value: ("已解决", "已办结", "已处理"),
        TicketState.CLOSED.value: ("已关闭", "已归档", "已结案", "已结单", "关闭"),
    }
)

PRIORITIES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        Priority.TOP.value: ("最高", "特急", "紧急", "加急"),
        Priority.HIGH.value: ("高", "较高"),
        Priority.NORMAL.value: ("普通", "一般", "正常", "常规"),
    }
)
"""The most urgent first."""

LEVELS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "group": ("集团", "集团公司"),
        "region": ("大区", "区域", "片区"),
        "province": ("省", "省公司", "省级"),
        "city": ("市", "地市", "市级", "市公司"),
        "department": ("部门",),
        "centre": ("中心", "分中心"),
        "team": ("班组", "团队", "组", "班"),
    }
)
"""From the top: those of units, and the department of a complaint's way."""

REASONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        PriorityReason.STARS.value: ("星级", "高星级", "高星客户", "多星", "many stars"),
        PriorityReason.REPEAT_CALL.value: ("重复来电", "再次来电", "又来电", "called again"),
        PriorityReason.REPEAT_COMPLAINT.value: ("重复投诉", "再次投诉", "又投诉", "complained again"),
        PriorityReason.REGULATOR.value: ("监管", "监管机构", "监管部门"),
        PriorityReason.MEDIA.value: ("媒体", "媒体曝光"),
        PriorityReason.COMPENSATION.value: ("赔偿", "补偿"),
        PriorityReason.BY_HAND.value: ("人工", "人工设定", "手工", "by hand"),
    }
)

CHOICES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = MappingProxyType(
    {"state": STATES, "reason": REASONS, "priority": PRIORITIES, "level": LEVELS}
)
"""The closed sets by key: each value with its other names."""

DURATION_UNITS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "s": 1, "sec": 1, "秒": 1,
        "m": 60, "min": 60, "分": 60, "分钟": 60,
        "h": 3600, "小时": 3600, "时": 3600,
        "d": 86_400, "天": 86_400, "日": 86_400,
    }
)  # fmt: skip
"""Seconds by how a unit is written; the first way of each is the normal form."""

SHIPPED_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {"查询": "query", "咨询": "consult", "办理": "transact", "投诉": "complaint", "报修": "repair", "抢修": "repair"}
)
"""The types that come with the program, by their Chinese names."""


def _once(text: str) -> str:
    return unicodedata.normalize("NFKC", text.translate(_LIKE)).casefold()


@lru_cache(1 << 16)
def _folded(text: str) -> str:
    for _round in range(_FOLDINGS):
        again = _once(text)
        if again == text:
            break
        text = again
    return text


def folded(text: str) -> str:
    """A text as it is searched: case and full-width forms count as nothing, typographic quotes as plain ones.

    Folding what is folded changes nothing.
    """
    return text.lower() if text.isascii() else _folded(text)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What people call the types, stages and roles of a site; a name that is in none of these stands for itself.

    Attributes:
        names: By "type", "stage" and "role": the key a folded name stands for.
    """

    names: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: {"type": SHIPPED_TYPES})

    def meant(self, key: str, value: str) -> str:
        """The key that a name stands for.

        Args:
            key: Of which key of the language it is a value.
            value: Folded.
        """
        return self.names.get(key, {}).get(value, value)


SHIPPED: Final = Vocabulary()
"""The names of what comes with the program."""


def vocabulary(book: PolicyBook) -> Vocabulary:
    """The names of a policy book's types and stages, in both languages."""
    types: dict[str, str] = {}
    stages: dict[str, str] = {}
    for key, policy in book.types.items():
        for word in (policy.words.zh, policy.words.en):
            types[folded(word)] = folded(key)
        for stage in policy.stages:
            for word in (stage.words.zh, stage.words.en):
                stages.setdefault(folded(word), folded(stage.name))
    for key, policy in book.types.items():
        # A key is never a name for another one.
        types[folded(key)] = folded(key)
        stages.update((folded(stage.name), folded(stage.name)) for stage in policy.stages)
    # What the book calls them comes first: it is what is suggested.
    return Vocabulary({"type": {**types, **{word: key for word, key in SHIPPED_TYPES.items() if word not in types}},
                       "stage": stages})  # fmt: skip


def _by_alias(named: Sequence[tuple[str, Sequence[str]]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, aliases in named:
        for alias in (key, *aliases):
            found.setdefault(folded(alias), key)
    return found


KEY_BY_ALIAS: Final = _by_alias([(each.key, each.aliases) for each in KEYS])
KEY_WORDS: Final = {each.key: each for each in KEYS}
FLAG_BY_ALIAS: Final = _by_alias(list(FLAGS.items()))
CHOICE_BY_ALIAS: Final = {key: _by_alias(list(values.items())) for key, values in CHOICES.items()}
