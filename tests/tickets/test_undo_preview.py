"""Before a deed is taken back the desk tells which one it is and on which tickets it counts still."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.errors import RuleRefused
from app.tickets.desk import Deed, Verb
from tests.tickets.test_service import Site


def test_what_would_be_taken_back_is_told_and_nothing_is_done(tmp_path: Path) -> None:
    site = Site(tmp_path / "site.db")
    first, second = site.sent(), site.sent()
    desk = site.desk("wang")
    done = desk.do([first, second], Deed(Verb.NOTE, {"text": "看一下"}))
    for told in (desk.touched(), desk.touched(done.act)):
        assert told.act == done.act
        assert set(told.done) == {first, second}
        assert not told.refused
    assert [step.is_withdrawn for step in site.ticket(first).steps if step.act == done.act] == [False]
    assert set(desk.undo(done.act).done) == {first, second}
    with pytest.raises(RuleRefused, match="taken back already"):
        desk.touched(done.act)
    with pytest.raises(RuleRefused, match="nothing to a ticket in the last day"):
        desk.touched()
