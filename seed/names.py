"""Names of people who do not exist."""

from __future__ import annotations

from typing import Final

from seed.randomness import Draw, WeightedChoice, stream

_SURNAMES: Final = """
    王:72 李:72 张:68 刘:54 陈:45 杨:31 黄:22 赵:21 吴:20 周:20 徐:15 孙:15 马:14 朱:14 胡:13 郭:12
    何:12 林:11 高:11 罗:10 郑:10 梁:9 谢:8 宋:8 唐:7 许:7 邓:7 韩:7 冯:6 曹:6 彭:6 曾:6 萧:5 田:5 董:5
    潘:4 袁:4 蔡:4 蒋:4 欧阳:2 上官:1
"""
"""Each with how common it is."""

_GIVEN_NAMES: Final = """
    芳:9 娜:9 敏:8 静:9 丽:8 伟:9 强:6 磊:7 洋:6 艳:6 勇:5 杰:6 娟:6 涛:6 明:5 超:6 霞:5 平:4 刚:4 婷:8
    雪:7 琳:7 悦:6 倩:6 欣怡:5 子涵:5 梓萱:4 浩然:5 宇轩:4 思雨:5 佳怡:5 晓燕:5 丽华:4 建国:2 志强:4
    文静:5 雨桐:4 俊杰:5 嘉欣:4 晨曦:3 海燕:4 秀英:2 桂英:1 国庆:2 春梅:3 玉兰:2 晓东:3 天宇:3 若曦:2
"""
_ENGLISH_NAMES: Final = (
    "Amy Chen", "Kevin Liu", "Grace Wang", "Jason Zhang", "Cindy Li", "Tony Zhao", "Vivian Wu", "Leo Huang",
)  # fmt: skip


def agent_names(seed: int, count: int, english_per_mille: int) -> list[str]:
    """As many different names as there are agents; who shares a name with an earlier one has a number behind it."""
    draw = stream(seed, "names")
    surname = surname_choice(draw)
    given = _choice(draw, _GIVEN_NAMES)
    seen: dict[str, int] = {}
    names = []
    for _ in range(count):
        if draw() * 1000 < english_per_mille:
            name = _ENGLISH_NAMES[int(draw() * len(_ENGLISH_NAMES))]
        else:
            name = surname() + given()
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}{seen[name]}")
    return names


def surname_choice(draw: Draw) -> WeightedChoice[str]:
    """Picks surnames, each as often as it is common."""
    return _choice(draw, _SURNAMES)


def _choice(draw: Draw, weighted: str) -> WeightedChoice[str]:
    pairs = [pair.split(":") for pair in weighted.split()]
    return WeightedChoice(draw, [name for name, _ in pairs], [int(weight) for _, weight in pairs])
