"""Notices offered to whoever is about to write a ticket, and contacts they absorb."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.errors import RuleRefused, UsageProblem
from app.core.ticket_events import NoticeEnded, NoticePosted
from app.tickets.notice_match import matching
from app.tickets.ports import Notice
from store.sessions import ReaderSession
from tests.tickets.service_ground import NOW_MS
from tests.tickets.test_service import Site


def notice(name: str, area: str, service: str, posted_ms: int = 0) -> Notice:
    return Notice(name, posted_ms, "", area, service, "", None, None, 0)


@pytest.mark.parametrize(
    ("area", "service", "found"),
    [
        ("", "", ["newest", "city", "power", "all"]),
        ("哈尔滨", "", ["city", "all"]),
        ("哈尔滨道里区", "停电", ["city", "all"]),
        ("大庆", "宽带", ["newest", "all"]),
        ("大庆", "供电", ["power", "all"]),
        (" 大庆 ", "其他", ["all"]),
    ],
)
def test_the_best_match_comes_first(area: str, service: str, found: list[str]) -> None:
    known = [
        notice("all", "", "", 1),
        notice("power", "大庆", "供电", 2),
        notice("city", "哈尔滨", "", 3),
        notice("newest", "大庆", "宽带", 4),
    ]
    assert [each.notice for each in matching(known, area, service)] == found


def test_a_live_notice_absorbs_a_contact_once_each(tmp_path: Path) -> None:
    site = Site(tmp_path / "floor.db")
    site.record(NoticePosted(at_ms=NOW_MS, notice="N-1", area="哈尔滨", wording="抢修中"))
    desk = site.desk("hot")
    told = {"call": None, "caller": "138", "customer": "C-1", "area": "哈尔滨道里区", "service": "供电"}
    assert [each.notice for each in desk.notices("哈尔滨道里区")] == ["N-1"]
    assert desk.absorb("N-1", **told) != desk.absorb("N-1", **told)  # type: ignore[arg-type]
    session = ReaderSession(site.path)
    assert [(each.by, each.caller) for each in session.tickets.notice_contacts("N-1")] == [("hot", "138")] * 2
    session.close()
    with pytest.raises(UsageProblem, match="“caller”"):
        desk.absorb("N-1", **{**told, "caller": "1" * 201})  # type: ignore[arg-type]
    site.record(NoticeEnded(at_ms=NOW_MS + 1, notice="N-1"))
    assert desk.notices() == []
    with pytest.raises(RuleRefused, match="no live notice “N-1”"):
        desk.absorb("N-1", **told)  # type: ignore[arg-type]
