"""The schema, from version 1 on. A migration that has landed is never edited; a change is a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlite_utils import Migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

MIGRATIONS: Final = Migrations("watchfloor")


def known_migrations() -> set[str]:
    """The names of all migrations this version has."""
    return {migration.name for migration in MIGRATIONS._migrations}


def _run(database: Database, *statements: str) -> None:
    # One by one: executescript() would commit the transaction the migration runs in.
    for statement in statements:
        database.conn.execute(statement)


@MIGRATIONS()
def m001_event_log(database: Database) -> None:
    """The event log, the sources it comes from, and what could not be read."""
    _run(
        database,
        """
        CREATE TABLE source (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE
        ) STRICT
        """,
        """
        CREATE TABLE event (
            seq INTEGER PRIMARY KEY,
            at_ms INTEGER NOT NULL,
            source INTEGER NOT NULL REFERENCES source (id),
            kind TEXT NOT NULL,
            agent TEXT,
            queue TEXT,
            call TEXT,
            detail TEXT,
            identity INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE UNIQUE INDEX event_once ON event (at_ms, identity)",
        "CREATE INDEX event_agent ON event (agent, at_ms) WHERE agent IS NOT NULL",
        "CREATE INDEX event_call ON event (call) WHERE call IS NOT NULL",
        "CREATE INDEX event_restart ON event (at_ms) WHERE kind = 'source_restarted'",
        """
        CREATE TRIGGER event_never_changes BEFORE UPDATE ON event
        BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END
        """,
        """
        CREATE TRIGGER event_never_goes BEFORE DELETE ON event
        BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END
        """,
        """
        CREATE TABLE file_position (
            source INTEGER NOT NULL REFERENCES source (id),
            path TEXT NOT NULL,
            device INTEGER NOT NULL,
            inode INTEGER NOT NULL,
            offset INTEGER NOT NULL,
            line_number INTEGER NOT NULL,
            head BLOB NOT NULL,
            head_bytes INTEGER NOT NULL,
            PRIMARY KEY (source, path)
        ) STRICT
        """,
        """
        CREATE TABLE followed_file (
            source INTEGER NOT NULL REFERENCES source (id),
            path TEXT NOT NULL,
            kind TEXT NOT NULL,
            encoding TEXT NOT NULL,
            since_ms INTEGER NOT NULL,
            PRIMARY KEY (source, path)
        ) STRICT
        """,
        """
        CREATE TABLE quarantine (
            id INTEGER PRIMARY KEY,
            source INTEGER NOT NULL REFERENCES source (id),
            file TEXT NOT NULL,
            line_number INTEGER NOT NULL,
            offset INTEGER NOT NULL,
            text TEXT NOT NULL,
            reason TEXT NOT NULL,
            stored_ms INTEGER NOT NULL,
            identity INTEGER NOT NULL,
            UNIQUE (source, identity)
        ) STRICT
        """,
        """
        CREATE TABLE journal (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            folded_seq INTEGER NOT NULL,
            newest_ms INTEGER,
            stored_ms INTEGER,
            generation INTEGER NOT NULL,
            fold_settings TEXT NOT NULL
        ) STRICT
        """,
        "INSERT INTO journal VALUES (1, 0, NULL, NULL, 1, '{\"wrap_up_seconds\": {}}')",
    )


@MIGRATIONS()
def m002_floor(database: Database) -> None:
    """The floor's projections: all of it can be made again from the event log."""
    _run(
        database,
        """
        CREATE TABLE agent (
            name TEXT PRIMARY KEY,
            changed_seq INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX agent_changed ON agent (changed_seq)",
        """
        CREATE TABLE agent_interval (
            agent TEXT NOT NULL,
            start_ms INTEGER NOT NULL,
            end_ms INTEGER,
            state TEXT NOT NULL,
            reason TEXT NOT NULL,
            queue TEXT NOT NULL,
            signed_in INTEGER NOT NULL,
            sign_in INTEGER NOT NULL,
            PRIMARY KEY (agent, start_ms)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE agent_checkpoint (
            agent TEXT NOT NULL,
            at_ms INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            state TEXT NOT NULL,
            PRIMARY KEY (agent, at_ms, seq)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE TABLE queue (name TEXT PRIMARY KEY) STRICT",
        """
        CREATE TABLE visit (
            call TEXT NOT NULL,
            queue TEXT NOT NULL,
            number INTEGER NOT NULL,
            entered_ms INTEGER NOT NULL,
            outcome TEXT NOT NULL,
            answered_ms INTEGER,
            ended_ms INTEGER,
            agent TEXT NOT NULL,
            wait_ms INTEGER,
            talk_ms INTEGER NOT NULL,
            holds TEXT,
            caller TEXT NOT NULL,
            changed_seq INTEGER NOT NULL,
            PRIMARY KEY (call, queue, number)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX visit_entered ON visit (entered_ms)",
        "CREATE INDEX visit_agent ON visit (agent, answered_ms) WHERE agent <> ''",
        "CREATE INDEX visit_open ON visit (entered_ms) WHERE ended_ms IS NULL",
        """
        CREATE TABLE data_note (
            call TEXT NOT NULL,
            seq INTEGER NOT NULL,
            queue TEXT NOT NULL,
            at_ms INTEGER NOT NULL,
            note TEXT NOT NULL,
            PRIMARY KEY (call, seq)
        ) STRICT, WITHOUT ROWID
        """,
    )


@MIGRATIONS()
def m003_people(database: Database) -> None:
    """The people, the units they belong to, and who imported what."""
    _run(
        database,
        """
        CREATE TABLE unit (
            unit TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            level TEXT NOT NULL,
            parent TEXT REFERENCES unit (unit) DEFERRABLE INITIALLY DEFERRED
        ) STRICT
        """,
        """
        CREATE TABLE person (
            agent_id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            unit TEXT REFERENCES unit (unit),
            team TEXT NOT NULL,
            roles TEXT NOT NULL,
            skills TEXT NOT NULL,
            hired_on TEXT,
            fte_per_mille INTEGER NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE person_acd (
            acd_id TEXT PRIMARY KEY,
            agent_id TEXT NOT NULL REFERENCES person (agent_id),
            position INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX person_acd_agent ON person_acd (agent_id, position)",
        "CREATE TABLE people_revision (id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL) STRICT",
        "INSERT INTO people_revision VALUES (1, 0)",
        """
        CREATE TABLE import_log (
            id INTEGER PRIMARY KEY,
            at_ms INTEGER NOT NULL,
            actor TEXT NOT NULL,
            kind TEXT NOT NULL,
            file TEXT NOT NULL,
            digest TEXT NOT NULL,
            rows INTEGER NOT NULL,
            added INTEGER NOT NULL,
            changed INTEGER NOT NULL,
            removed INTEGER NOT NULL,
            unchanged INTEGER NOT NULL,
            skipped INTEGER NOT NULL
        ) STRICT
        """,
        """
        CREATE TRIGGER import_log_never_changes BEFORE UPDATE ON import_log
        BEGIN SELECT RAISE(ABORT, 'the log of imports is append-only'); END
        """,
        """
        CREATE TRIGGER import_log_never_goes BEFORE DELETE ON import_log
        BEGIN SELECT RAISE(ABORT, 'the log of imports is append-only'); END
        """,
    )


@MIGRATIONS()
def m004_forecast(database: Database) -> None:
    """Forecasts by version, and the open hours of queues."""
    _run(
        database,
        """
        CREATE TABLE forecast_version (
            number INTEGER PRIMARY KEY,
            made_ms INTEGER NOT NULL,
            actor TEXT NOT NULL,
            origin TEXT NOT NULL,
            detail TEXT NOT NULL
        ) STRICT
        """,
        # A row without calls takes back what an earlier version said of the interval.
        """
        CREATE TABLE forecast_point (
            queue TEXT NOT NULL,
            start_ms INTEGER NOT NULL,
            version INTEGER NOT NULL REFERENCES forecast_version (number),
            minutes INTEGER,
            calls_thousandths INTEGER,
            aht_ms INTEGER,
            PRIMARY KEY (queue, start_ms, version)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX forecast_point_version ON forecast_point (version)",
        """
        CREATE TABLE queue_calendar (
            queue TEXT NOT NULL,
            version INTEGER NOT NULL,
            made_ms INTEGER NOT NULL,
            actor TEXT NOT NULL,
            definition TEXT NOT NULL,
            PRIMARY KEY (queue, version)
        ) STRICT, WITHOUT ROWID
        """,
        *(
            f"""
            CREATE TRIGGER {table}_never_{word} BEFORE {deed} ON {table}
            BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
            """
            for table in ("forecast_version", "forecast_point", "queue_calendar")
            for word, deed in (("changes", "UPDATE"), ("goes", "DELETE"))
        ),
    )


@MIGRATIONS()
def m005_schedules(database: Database) -> None:
    """What is planned, in versions; what people decided about adherence; and the rules it is judged by."""
    _run(
        database,
        """
        CREATE TABLE schedule_version (
            version INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            at_ms INTEGER NOT NULL,
            actor TEXT NOT NULL,
            why TEXT NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE scheduled_shift (
            agent TEXT NOT NULL,
            shift_date TEXT NOT NULL,
            version INTEGER NOT NULL REFERENCES schedule_version (version),
            start_ms INTEGER,
            end_ms INTEGER,
            spans TEXT NOT NULL,
            PRIMARY KEY (agent, shift_date, version)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX scheduled_shift_start ON scheduled_shift (start_ms) WHERE start_ms IS NOT NULL",
        "CREATE INDEX scheduled_shift_version ON scheduled_shift (version)",
        """
        CREATE TABLE adherence_exception (
            number INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            agent TEXT NOT NULL,
            start_ms INTEGER NOT NULL,
            end_ms INTEGER NOT NULL,
            reason TEXT NOT NULL,
            actor TEXT NOT NULL,
            at_ms INTEGER NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE adherence_withdrawal (
            number INTEGER PRIMARY KEY REFERENCES adherence_exception (number),
            at_ms INTEGER NOT NULL,
            actor TEXT NOT NULL,
            reason TEXT NOT NULL
        ) STRICT
        """,
        "CREATE TABLE adherence_rules (since TEXT PRIMARY KEY, rules TEXT NOT NULL) STRICT",
        *(
            f"""
            CREATE TRIGGER {table}_never_{word} BEFORE {deed} ON {table}
            BEGIN SELECT RAISE(ABORT, 'what was planned and decided is append-only'); END
            """
            for table in ("schedule_version", "scheduled_shift", "adherence_exception", "adherence_withdrawal")
            for deed, word in (("UPDATE", "changes"), ("DELETE", "goes"))
        ),
    )


@MIGRATIONS()
def m006_tickets(database: Database) -> None:
    """Tickets, their clocks, what they wait for; policy books by version; notices; saved filters."""
    _run(
        database,
        """
        CREATE TABLE ticket (
            ticket TEXT PRIMARY KEY,
            type TEXT NOT NULL,
            state TEXT NOT NULL,
            unit TEXT NOT NULL,
            owner TEXT NOT NULL,
            origin_unit TEXT NOT NULL,
            customer TEXT NOT NULL,
            caller TEXT NOT NULL,
            subject TEXT NOT NULL,
            created_ms INTEGER NOT NULL,
            closed_ms INTEGER,
            changed_ms INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            body TEXT NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX ticket_seq ON ticket (seq)",
        "CREATE INDEX ticket_created ON ticket (created_ms)",
        "CREATE INDEX ticket_closed ON ticket (closed_ms) WHERE closed_ms IS NOT NULL",
        "CREATE INDEX ticket_open ON ticket (ticket) WHERE closed_ms IS NULL",
        "CREATE INDEX ticket_customer ON ticket (customer) WHERE customer <> ''",
        "CREATE INDEX ticket_caller ON ticket (caller) WHERE caller <> ''",
        """
        CREATE TABLE ticket_clock (
            ticket TEXT NOT NULL,
            stage TEXT NOT NULL,
            cycle INTEGER NOT NULL,
            run INTEGER NOT NULL,
            role TEXT NOT NULL,
            unit TEXT NOT NULL,
            person TEXT NOT NULL,
            started_ms INTEGER NOT NULL,
            stopped_ms INTEGER,
            limit_seconds INTEGER NOT NULL,
            used_ms INTEGER NOT NULL,
            due_ms INTEGER,
            is_void INTEGER NOT NULL,
            calendar TEXT NOT NULL,
            policy INTEGER NOT NULL,
            PRIMARY KEY (ticket, stage, cycle, run)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX ticket_clock_due ON ticket_clock (due_ms) WHERE stopped_ms IS NULL AND due_ms IS NOT NULL",
        """
        CREATE TABLE ticket_fact (
            ticket TEXT NOT NULL,
            at_ms INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            PRIMARY KEY (ticket, at_ms, seq)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE ticket_awaited (
            ticket TEXT NOT NULL,
            what TEXT NOT NULL,
            clock TEXT NOT NULL,
            step INTEGER NOT NULL,
            due_ms INTEGER NOT NULL,
            PRIMARY KEY (ticket, what, clock, step)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX ticket_awaited_due ON ticket_awaited (due_ms)",
        """
        CREATE TABLE notice (
            notice TEXT PRIMARY KEY,
            posted_ms INTEGER NOT NULL,
            by TEXT NOT NULL,
            area TEXT NOT NULL,
            service TEXT NOT NULL,
            wording TEXT NOT NULL,
            expected_end_ms INTEGER,
            ended_ms INTEGER
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE notice_contact (
            notice TEXT NOT NULL,
            contact TEXT NOT NULL,
            at_ms INTEGER NOT NULL,
            by TEXT NOT NULL,
            call TEXT NOT NULL,
            caller TEXT NOT NULL,
            customer TEXT NOT NULL,
            area TEXT NOT NULL,
            service TEXT NOT NULL,
            is_cut_off INTEGER NOT NULL,
            PRIMARY KEY (notice, contact)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE ticket_policy (
            version INTEGER PRIMARY KEY,
            applied_ms INTEGER NOT NULL,
            actor TEXT NOT NULL,
            file TEXT NOT NULL,
            book TEXT NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE ticket_view (
            name TEXT PRIMARY KEY,
            query TEXT NOT NULL,
            actor TEXT NOT NULL,
            saved_ms INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        # Which numbers were given out: a record, not folded, so that no number is ever given twice.
        "CREATE TABLE ticket_serial (day TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT, WITHOUT ROWID",
        # How far the loops that close (repeat callers, surveys, call-backs) have looked through the log.
        "CREATE TABLE attendant (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL) STRICT",
        "INSERT INTO attendant SELECT 1, coalesce(max(seq), 0) FROM event",
        *(
            f"""
            CREATE TRIGGER ticket_policy_never_{word} BEFORE {deed} ON ticket_policy
            BEGIN SELECT RAISE(ABORT, 'what was promised is append-only'); END
            """
            for deed, word in (("UPDATE", "changes"), ("DELETE", "goes"))
        ),
    )


@MIGRATIONS()
def m007_notice_facts(database: Database) -> None:
    """Which facts are of which notice, or of which contact of it: a late one is folded in its place."""
    _run(
        database,
        """
        CREATE TABLE notice_fact (
            notice TEXT NOT NULL,
            contact TEXT NOT NULL,
            at_ms INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            PRIMARY KEY (notice, contact, at_ms, seq)
        ) STRICT, WITHOUT ROWID
        """,
    )


@MIGRATIONS()
def m008_loops(database: Database) -> None:
    """What the loops that close ask of the log: promises by number, credits by instant, tickets made for a contact."""
    _run(
        database,
        "CREATE INDEX event_promised ON event (json_extract(detail, '$.number')) WHERE kind = 'ticket_promised'",
        "CREATE INDEX event_credited ON event (at_ms) WHERE kind = 'ticket_credited'",
        "CREATE INDEX event_cut_off ON event (json_extract(detail, '$.fields.notice_contact'))"
        " WHERE kind = 'ticket_created' AND json_extract(detail, '$.fields.notice_contact') IS NOT NULL",
    )


@MIGRATIONS()
def m009_alerts(database: Database) -> None:
    """Alerts, declared faults, rule books by version, what is still to be told; notices of what is going to happen."""
    _run(
        database,
        """
        CREATE TABLE alert (
            alert TEXT NOT NULL,
            number INTEGER NOT NULL,
            rule TEXT NOT NULL,
            entity TEXT NOT NULL,
            state TEXT NOT NULL,
            level INTEGER NOT NULL,
            pending_ms INTEGER NOT NULL,
            raised_ms INTEGER,
            acknowledged_ms INTEGER,
            ended_ms INTEGER,
            seq INTEGER NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (alert, number)
        ) STRICT, WITHOUT ROWID
        """,
        # No identity is open twice.
        "CREATE UNIQUE INDEX alert_open ON alert (alert) WHERE ended_ms IS NULL",
        "CREATE INDEX alert_ended ON alert (ended_ms) WHERE ended_ms IS NOT NULL",
        "CREATE INDEX alert_pending ON alert (pending_ms)",
        "CREATE INDEX alert_changed ON alert (seq)",
        """
        CREATE TABLE alert_fact (
            alert TEXT NOT NULL,
            at_ms INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            PRIMARY KEY (alert, at_ms, seq)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE fault (
            fault TEXT PRIMARY KEY,
            declared_ms INTEGER NOT NULL,
            by TEXT NOT NULL,
            what TEXT NOT NULL,
            source TEXT NOT NULL,
            ended_ms INTEGER
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE alert_book (
            version INTEGER PRIMARY KEY,
            applied_ms INTEGER NOT NULL,
            actor TEXT NOT NULL,
            file TEXT NOT NULL,
            book TEXT NOT NULL
        ) STRICT
        """,
        # What is still to be told: a queue, not folded; what became of each message is a fact.
        """
        CREATE TABLE outbox (
            message TEXT PRIMARY KEY,
            alert TEXT NOT NULL,
            recipient TEXT NOT NULL,
            channels TEXT NOT NULL,
            subject TEXT NOT NULL,
            body TEXT NOT NULL,
            due_ms INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            created_ms INTEGER NOT NULL,
            is_sending INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX outbox_due ON outbox (due_ms)",
        "ALTER TABLE notice ADD COLUMN event TEXT NOT NULL DEFAULT 'outage'",
        "ALTER TABLE notice ADD COLUMN starts_ms INTEGER",
        "ALTER TABLE notice ADD COLUMN volume_percent INTEGER",
        "ALTER TABLE notice ADD COLUMN ahead_seconds TEXT NOT NULL DEFAULT ''",
        *(
            f"""
            CREATE TRIGGER alert_book_never_{word} BEFORE {deed} ON alert_book
            BEGIN SELECT RAISE(ABORT, 'rules that held are append-only'); END
            """
            for deed, word in (("UPDATE", "changes"), ("DELETE", "goes"))
        ),
    )


@MIGRATIONS()
def m010_floor_freshness(database: Database) -> None:
    """How old what the telephone systems told is: what people and rules write makes it no fresher."""
    _run(
        database,
        "ALTER TABLE journal ADD COLUMN floor_newest_ms INTEGER",
        "ALTER TABLE journal ADD COLUMN floor_stored_ms INTEGER",
        "UPDATE journal SET floor_newest_ms = newest_ms, floor_stored_ms = stored_ms",
    )


@MIGRATIONS()
def m011_notice_tell(database: Database) -> None:
    """Whom a notice tells ahead, where not those of the chain of level III."""
    _run(database, "ALTER TABLE notice ADD COLUMN tell TEXT NOT NULL DEFAULT ''")


@MIGRATIONS()
def m012_ticket_changed(database: Database) -> None:
    """Reports ask for the tickets that something happened to in a range."""
    _run(database, "CREATE INDEX ticket_changed ON ticket (changed_ms)")
