"""Notices: who may post and end them, what they absorb, and the shell's way to them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.errors import RuleRefused, UsageProblem
from app.people.actors import actor_of
from app.tickets.notice_match import matching
from app.tickets.notices import EventPlan, NoticeService, absorption, is_about
from app.tickets.ports import Notice
from app.tickets.shared import Absorbing
from tests.commands.ground import assert_one_line, data, run
from tests.tickets.loop_ground import MINUTE_MS, NOW_MS, ZONE, LoopSite, created
from tests.tickets.service_ground import PEOPLE


@pytest.fixture
def site(tmp_path: Path) -> Iterator[LoopSite]:
    site = LoopSite(tmp_path / "floor.db")
    yield site
    site.close()


def desk(site: LoopSite, user: str = "hot-lead") -> NoticeService:
    return NoticeService(site.session.journal, site.session.tickets, actor_of(user, PEOPLE), site.clock, ZONE)


def absorb(site: LoopSite, notice: str, **told: str) -> str:
    session = site.session
    absorbing = Absorbing(session.journal, session.tickets, session.ticket_acts, actor_of("hot", PEOPLE), site.clock)
    given = {"caller": "1", "customer": "", "area": "", "service": "", **told}
    return absorbing.absorb(notice, call=None, **given)


def test_a_notice_is_posted_changed_ended_and_posted_again(site: LoopSite) -> None:
    service = desk(site)
    notice = service.post(" 抢修中 ", area="哈尔滨", service="电", expected_end_ms=NOW_MS + MINUTE_MS)
    assert notice == "N-261121-0001"
    assert service.post("另一处") == "N-261121-0002"
    site.clock.advance_ms(MINUTE_MS)
    service.post("还要一小时", area="哈尔滨", service="电", again=notice)
    live = {one.notice: one for one in site.session.tickets.notices(only_live=True)}
    assert (live[notice].wording, live[notice].posted_ms) == ("还要一小时", NOW_MS)
    service.end(notice)
    assert notice not in {one.notice for one in site.session.tickets.notices(only_live=True)}
    with pytest.raises(RuleRefused, match="ended at 2026-11-21 09:42"):
        service.end(notice)
    site.clock.advance_ms(MINUTE_MS)
    service.post("又断了", again=notice)
    assert notice in {one.notice for one in site.session.tickets.notices(only_live=True)}


def test_only_leaders_post_and_end(site: LoopSite) -> None:
    notice = desk(site).post("抢修中")
    for deed in (lambda: desk(site, "hot").post("x"), lambda: desk(site, "hot").end(notice)):
        with pytest.raises(RuleRefused, match="ask your supervisor"):
            deed()
    assert desk(site, "root").post("x") == "N-261121-0002"


def test_what_is_wrong_is_said(site: LoopSite) -> None:
    with pytest.raises(UsageProblem, match="not empty"):
        desk(site).post("  ")
    for deed in (lambda: desk(site).end("N9"), lambda: desk(site).post("x", again="N9")):
        with pytest.raises(RuleRefused, match="no notice “N9”"):
            deed()
    notice = desk(site).post("x")
    with pytest.raises(RuleRefused, match="answered no contact"):
        desk(site).still_cut_off(notice, "k9")
    contact = absorb(site, notice)
    desk(site, "hot").still_cut_off(notice, contact)
    with pytest.raises(RuleRefused, match="already"):
        desk(site).still_cut_off(notice, contact)


def test_the_share_absorbed_counts_the_tickets_written_meanwhile_of_the_same(site: LoopSite) -> None:
    site.record(created("before", NOW_MS - 1, area="哈尔滨", service="电"))
    service = desk(site)
    notice = service.post("抢修中", area="哈尔滨", service="电")
    contacts = [absorb(site, notice) for _count in range(3)]
    service.still_cut_off(notice, contacts[0])
    site.record(
        created("same", NOW_MS + 1, area="哈尔滨道里区", service="电"),
        created("other", NOW_MS + 1, area="大庆", service="电"),
        created("unsaid", NOW_MS + 1),
    )
    site.clock.advance_ms(MINUTE_MS)
    service.end(notice)
    site.record(created("after", NOW_MS + MINUTE_MS, area="哈尔滨", service="电"))
    (found,) = site.session.tickets.notices(only_live=False)
    saved = absorption(found, site.session.tickets, NOW_MS + 2 * MINUTE_MS)
    assert (saved.absorbed, saved.cut_off, saved.tickets, saved.share) == (3, 1, 1, 0.75)


def test_a_notice_nobody_asked_about_has_no_share(site: LoopSite) -> None:
    notice = desk(site).post("抢修中", area="哈尔滨")
    (found,) = site.session.tickets.notices(only_live=True)
    assert found.notice == notice
    assert absorption(found, site.session.tickets, NOW_MS + 1).share is None


def test_a_notice_for_everything_is_about_every_ticket_written_meanwhile(site: LoopSite) -> None:
    desk(site).post("全网故障")
    site.record(created())
    (found,) = site.session.tickets.notices(only_live=True)
    assert is_about(found, site.ticket(), NOW_MS + 1)
    assert not is_about(found, site.ticket(), NOW_MS)


def test_the_best_match_comes_first() -> None:
    def notice(name: str, area: str, service: str, posted_ms: int = 0) -> Notice:
        return Notice(name, posted_ms, "", area, service, "", None, None, 0)

    known = [
        notice("all", "", ""),
        notice("part", "哈尔滨", ""),
        notice("both", "哈尔滨道里区", "电"),
        notice("no", "大庆", ""),
    ]
    assert [one.notice for one in matching(known, "哈尔滨道里区", "电")] == ["both", "part", "all"]


HOUR_MS = 60 * MINUTE_MS
PLAN = EventPlan("bulk_sms", NOW_MS + HOUR_MS, 45)


def test_what_is_planned_absorbs_nothing_before_it_starts(site: LoopSite) -> None:
    site.record(created("before", NOW_MS, area="哈尔滨"))
    notice = desk(site).post("积分清零短信", area="哈尔滨", expected_end_ms=NOW_MS + 2 * HOUR_MS, event=PLAN)
    (found,) = site.session.tickets.notices(only_live=True)
    assert (found.starts_ms, found.volume_percent, found.ahead_seconds) == (NOW_MS + HOUR_MS, 45, (86_400, 3_600))
    with pytest.raises(RuleRefused, match="no live notice"):
        absorb(site, notice)
    assert absorption(found, site.session.tickets, NOW_MS + 1) == (0, 0, 0)
    site.clock.advance_ms(HOUR_MS)
    absorb(site, notice)
    site.record(created("during", NOW_MS + HOUR_MS, area="哈尔滨"))
    assert absorption(found, site.session.tickets, NOW_MS + HOUR_MS + 1) == (1, 0, 1)
    site.clock.advance_ms(HOUR_MS)
    with pytest.raises(RuleRefused, match="no live notice"):
        absorb(site, notice)
    with pytest.raises(RuleRefused, match=r"over at .* by itself"):
        desk(site).end(notice)


def test_a_plan_that_cannot_be_is_refused(site: LoopSite) -> None:
    service = desk(site)
    for event, end_ms, problem in (
        (PLAN, NOW_MS + HOUR_MS, "before it begins"),
        (PLAN, None, "needs an end"),
        (EventPlan(ahead_seconds=(60,)), None, "ahead of what has begun"),
        (PLAN._replace(ahead_seconds=(0,)), NOW_MS + 2 * HOUR_MS, "up to ten times"),
        (PLAN._replace(volume_percent=1001), NOW_MS + 2 * HOUR_MS, "volume_percent"),
    ):
        with pytest.raises(UsageProblem, match=problem):
            service.post("x", expected_end_ms=end_ms, event=event)
    assert site.session.tickets.notices(only_live=False) == []


# -- the shell -------------------------------------------------------------------------------------------------------


def test_a_notice_from_the_shell(tmp_path: Path) -> None:
    database = tmp_path / "floor.db"
    notice = run(database, "notices", "post", "抢修中", "--area", "哈尔滨", "--until", "+2h").stdout.strip()
    contact = run(database, "notices", "absorb", notice, "--caller", "139", "--customer", "C-1").stdout.strip()
    assert run(database, "notices", "still-cut-off", notice, contact).exit_code == 0
    (row,) = data(database, "notices", "list", "--area", "哈尔滨")
    assert (row["notice"], row["absorbed"], row["cut_off"], row["absorbed_share"]) == (notice, 1, 1, 1.0)
    assert data(database, "notices", "list", "--area", "大庆") == []
    (told,) = data(database, "notices", "contacts", notice)
    assert (told["contact"], told["caller"], told["cut_off"]) == (contact, "139", True)
    assert run(database, "notices", "end", notice).exit_code == 0
    assert data(database, "notices", "list") == []
    assert json.loads(run(database, "notices", "list", "--all", "--format", "json").stdout)[0]["ended"]
    assert "抢修中" in run(database, "notices", "list", "--all").stdout
    assert_one_line(run(database, "notices", "end", notice), 4, "ended")
    assert_one_line(run(database, "notices", "contacts", "N9"), 4, "no notice")
    assert_one_line(run(database, "notices", "post", "x", "--until", "yesterday"), 2, "--until")


def test_a_planned_event_from_the_shell(tmp_path: Path) -> None:
    database = tmp_path / "floor.db"
    told = (
        "--event",
        "bulk_sms",
        "--starts",
        "+2h",
        "--ends",
        "+5h",
        "--volume",
        "+45%",
        "--ahead",
        "1h",
        "--tell",
        "省",
    )
    notice = run(database, "notices", "post", "积分清零短信", *told).stdout.strip()
    (row,) = data(database, "notices", "list")
    assert (row["event"], row["phase"], row["volume_percent"]) == ("bulk_sms", "planned", 45)
    assert (row["ahead_seconds"], row["tell"]) == ([3_600], ["省"])
    assert 7_100 < row["starts_in_seconds"] <= 7_200
    (posted,) = data(database, "notices", "show", notice)
    assert (posted["what"], posted["wording"]) == ("notice_posted", "积分清零短信")
    assert_one_line(run(database, "notices", "show", "N9"), 4, "no notice")
    assert_one_line(run(database, "notices", "post", "x", "--volume", "much"), 2, "--volume")
    assert_one_line(run(database, "notices", "post", "x", "--ahead", "1h"), 2, "has begun")
