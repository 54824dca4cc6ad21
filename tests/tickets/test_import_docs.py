"""What the page about importing tickets shows works on logs of those shapes, and out and in again is the same."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
from click.testing import CliRunner, Result

from app.core.facts import Batch, Draft
from app.core.i18n import language, set_language
from app.core.ticket_events import NOTICE_EVENTS, TICKET_EVENTS, TicketCreated, TicketNoted
from app.tickets.import_map import load_map
from app.tickets.model import TicketState
from main import cli
from store.sessions import WriterSession
from tests.tickets.histories import made_kinds, wild_tickets
from tests.tickets.import_ground import DATA, plain_ticket, site, way

HOSTILE: Final = (
    "=cmd()",
    "'=cmd()",
    "''-1",
    "'tis",
    " blanks around ",
    "line\nfeed",
    "return\r\nand feed",
    'quote " and, comma; bar|',
    "\x1b[31m[/] \u202e",
    "\x00 nothing",
    "热线 😀",
    "x" * 4_000,
)
"""Texts that a cell or a spreadsheet would like to change."""

DOCS: Final = Path(__file__).parents[2] / "docs"
PAGE: Final = (DOCS / "import-tickets.md").read_text("utf-8")


@pytest.fixture(autouse=True)
def _english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = language()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("WATCHFLOOR_LANG", "en")
    yield
    set_language(before)


def run(database: Path, *words: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(cli, ["--db", str(database), "--zone", "Asia/Shanghai", *words], input=stdin)


def shown(name: str) -> str:
    """A map as the page shows it."""
    found = re.search(rf"^`{re.escape(name)}`:\n\n```toml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


def brought_in(tmp_path: Path, log: str, name: str) -> dict[str, Any]:
    told = tmp_path / name
    told.write_text(shown(name), "utf-8")
    done = run(tmp_path / "floor.db", "import", "tickets", str(DATA / log), "--map", str(told), "--format", "json")
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_an_export_of_states(tmp_path: Path) -> None:
    found = brought_in(tmp_path, "incident_log.csv", "incidents.toml")
    assert (found["rows"], found["tickets"], found["skipped"], found["inferred"]) == (16, 3, 0, 5)
    assert found["unmapped_words"] == [{"column": "Status/Sub Status", "word": "Unmatched/Unmatched", "rows": 1}]
    assert found["kinds"]["accepted"] == 6
    with site(tmp_path / "floor.db") as session:
        assert way(session, "1-700000001") == [
            "created", "accepted", "held", "resumed", "accepted", "transferred", "accepted", "resolved", "reopened",
            "accepted", "resolved", "closed",
        ]  # fmt: skip
        one, other = session.tickets.ticket("1-700000001"), session.tickets.ticket("1-700000003")
    assert one is not None
    assert other is not None
    assert (one.state, one.unit, one.owner, one.cycle, one.origin_unit) == (
        TicketState.CLOSED, "S22 2nd", "Marek", 1, "S11",
    )  # fmt: skip
    assert dict(one.fields)["Country"] == "se"
    assert (other.state, other.holds) == (TicketState.HELD, ("third_party",))


def test_a_log_of_activities(tmp_path: Path) -> None:
    found = brought_in(tmp_path, "helpdesk_log.csv", "helpdesk.toml")
    assert (found["rows"], found["tickets"], found["skipped"]) == (11, 2, 0)
    assert found["first"] == "2026-02-09T21:50:17+08:00", "14:50 in Rome"
    with site(tmp_path / "floor.db") as session:
        assert way(session, "HD-Case 1") == [
            "created", "noted", "accepted", "held", "noted", "resumed", "accepted", "resolved", "closed",
        ]  # fmt: skip
        ticket = session.tickets.ticket("HD-Case 1")
    assert ticket is not None
    assert (ticket.customer, ticket.subject, ticket.cycles[-1].handler) == ("Value 127", "Value 3", "Value 2")


def test_the_page_names_every_key_of_a_map_and_of_the_result(tmp_path: Path) -> None:
    from app.tickets.import_map import MapColumns, MapFile, MapTime, TicketMap

    named = set(re.findall(r"`\[?(\w+)\]?`", PAGE))
    for model in (MapColumns, MapTime, MapFile, TicketMap):
        assert set(model.model_fields) <= named | {"columns"}
    assert set(brought_in(tmp_path, "helpdesk_log.csv", "helpdesk.toml")) <= named


def test_the_further_values_on_the_page_are_understood() -> None:
    (example,) = re.findall(r"^```text\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    told = load_map(shown("helpdesk.toml") + example, "page.toml")
    assert told.meanings()["promise"].columns == {"due_ms": "Call before"}


def test_a_bad_row_ends_it_with_a_sentence_and_skip_bad_goes_on(tmp_path: Path) -> None:
    database = tmp_path / "floor.db"
    rows = "ticket,at,kind,by,act,unit,person,type,title,customer,caller,stars,subject,area,service,note,values\n"
    rows += "A,2026-03-02T08:00:00+08:00,created,,,,,repair,,,,,,,,,\nA,soon,closed,,,,,,,,,,,,,,\n"
    done = run(database, "import", "tickets", "-", "--map", "native", stdin=rows)
    assert done.exit_code == 3
    assert "-, line 3, at: “soon” is not a time" in done.stderr
    assert "1 of 2 rows of - cannot be taken" in done.stderr
    done = run(database, "import", "tickets", "-", "--map", "native", "--skip-bad", "--format", "csv", stdin=rows)
    assert done.exit_code == 0
    (row,) = csv.DictReader(io.StringIO(done.stdout))
    assert (row["events"], row["skipped"], row["applied"]) == ("1", "1", "true")
    log = json.loads(run(database, "import", "log", "--format", "json").stdout)
    assert [(entry["kind"], entry["rows"], entry["added"], entry["skipped"]) for entry in log] == [("tickets", 2, 1, 1)]


@pytest.mark.parametrize(("words", "code", "said"), [
    (("import", "tickets", "none.csv", "--map", "native"), 2, "none.csv cannot be read"),
    (("import", "tickets", "-", "--map", "none.toml"), 2, "none.toml cannot be read"),
    (("import", "tickets", "-"), 2, "--map"),
    (("tickets", "export", "due<"), 2, "due"),
])  # fmt: skip
def test_bad_use_is_one_sentence(tmp_path: Path, words: tuple[str, ...], code: int, said: str) -> None:
    done = run(tmp_path / "floor.db", *words, stdin="")
    assert done.exit_code == code
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def store_everything(session: WriterSession, seed: int) -> list[str]:
    """Wild histories of tickets with every kind of fact, hostile texts among them; gives their numbers."""
    random = Random(seed)
    facts: list[Any] = [event for _source, event in wild_tickets(random, 400) if type(event) in TICKET_EVENTS]
    for number, text in enumerate(HOSTILE):
        at_ms = facts[-1].at_ms + number
        fields = {text: text}
        facts.append(
            TicketCreated(at_ms=at_ms, ticket=f"h{number}", ticket_type="complaint", title=text, fields=fields)
        )
        facts.append(TicketNoted(at_ms=at_ms, ticket=f"h{number}", text=text, by=text[:200]))
    # Twice the same from two sources is one fact in an export.
    different = list({repr(event): event for event in facts}.values())
    drafts = [Draft(event, str(index).encode()) for index, event in enumerate(different)]
    session.journal.record(Batch("wild", drafts))
    return sorted({event.ticket for event in different})


@pytest.mark.parametrize("seed", range(6))
def test_what_goes_out_comes_in_the_same(tmp_path: Path, seed: int) -> None:
    """Every kind of fact, hostile texts, acts taken back: exported, imported into nothing, the tickets are equal."""
    with site(tmp_path / "one.db") as one:
        numbers = store_everything(one, seed)
        before = one.tickets.tickets(numbers)
    assert len(before) == len(numbers)
    out = run(tmp_path / "one.db", "tickets", "export")
    assert out.exit_code == 0, out.output
    rows = list(csv.DictReader(io.StringIO(out.stdout_bytes.decode(), newline="")))
    done = run(
        tmp_path / "two.db", "import", "tickets", "-", "--map", "native", "--format", "json", stdin=out.stdout_bytes
    )
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["events"] == len(rows)
    with site(tmp_path / "two.db") as two:
        after = two.tickets.tickets(numbers)
        assert not two.verify()
    assert {n: plain_ticket(t) for n, t in after.items()} == {n: plain_ticket(t) for n, t in before.items()}
    into_itself = run(
        tmp_path / "one.db", "import", "tickets", "-", "--map", "native", "--format", "json", stdin=out.stdout_bytes
    )
    assert json.loads(into_itself.stdout)["events"] == 0
    lines = run(tmp_path / "one.db", "tickets", "export", "--format", "lines").stdout
    read = run(tmp_path / "three.db", "ingest", "events", "-", "--format", "json", stdin=lines)
    assert json.loads(read.stdout)["events"] == len(rows)
    array = json.loads(run(tmp_path / "one.db", "tickets", "export", "--format", "json").stdout)
    assert array == [json.loads(line) for line in lines.splitlines()]


def test_wild_histories_have_every_kind() -> None:
    assert made_kinds() >= TICKET_EVENTS


def test_an_export_takes_a_filter_and_a_range(tmp_path: Path) -> None:
    brought_in(tmp_path, "incident_log.csv", "incidents.toml")
    database = tmp_path / "floor.db"

    def numbers(*words: str) -> set[str]:
        done = run(database, "tickets", "export", *words, "--format", "json")
        assert done.exit_code == 0, done.output
        return {fact["ticket"][-1] for fact in json.loads(done.stdout)}

    assert numbers() == {"1", "2", "3"}
    assert numbers("service:PROD7") == {"3"}
    assert numbers("--to", "2026-03-03") == {"1", "2"}
    assert numbers("--from", "2026-03-12") == {"3"}, "the one that is open"
    assert numbers("unit:nowhere") == set()


# -- native input ----------------------------------------------------------------------------------------------------


def test_the_facts_of_tickets_in_the_document_are_read_and_folded(tmp_path: Path) -> None:
    page = (DOCS / "bridging.md").read_text("utf-8").partition("\n## Tickets\n")[2].partition("\n## ")[0]
    (lines,) = re.findall(r"^```jsonl\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    done = run(tmp_path / "floor.db", "ingest", "events", "-", "--format", "json", stdin=lines)
    assert json.loads(done.stdout) == {
        "source": "events", "lines": lines.count("\n"), "events": lines.count("\n"), "duplicates": 0, "ignored": 0,
        "quarantined": 0,
    }  # fmt: skip
    with site(tmp_path / "floor.db") as session:
        ticket = session.tickets.ticket("WO-1001")
        notices = session.tickets.notices(only_live=False)
    assert ticket is not None
    assert (ticket.state, ticket.unit, ticket.cycles[-1].score) == (TicketState.CLOSED, "repair", 80)
    assert [(notice.notice, notice.absorbed) for notice in notices] == [("outage-7", 1)]
    named = set(re.findall(r"`((?:ticket|notice)_\w+)`", page))
    assert named == {kind.__dataclass_fields__["kind"].default for kind in TICKET_EVENTS | NOTICE_EVENTS}
