"""A database with a tree of units, and files brought into it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.core.imports import ImportOrder, ImportPlan, run_import
from app.core.tables import parse_table
from app.people.model import Person, Unit
from app.people.service import RosterImport, UnitImport
from store.database import Store, rows
from store.imports import SqliteImports
from store.people import SqlitePeople

NOW = 1_795_289_282_000

UNITS = "unit,name,level,parent\nHQ,总部,group,\nSH,上海中心,centre,HQ\nT1,一班,team,SH\nT2,二班,team,SH\n"

ROSTER = (
    "agent_id,name,unit,team,roles,acd_ids,skills,hired_on,fte\n"
    "1001,王小红,T1,早班,agent,SIP/1001;8001,投诉;英语,2024-03-01,1\n"
    "1002,李强,T1,早班,agent;Team Leader,8002,,2023/11/5,0.8\n"
    "1003,José,,,,,,,\n"
)


class Ground:
    """One database and what can be done to it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.people = SqlitePeople(store)
        self.imports = SqliteImports(store)

    def units(self, data: str | bytes, skip_bad: bool = False, dry_run: bool = False) -> ImportPlan[Unit]:
        kind = UnitImport(self.people)
        table = parse_table("units.csv", data.encode() if isinstance(data, str) else data, kind.columns)
        return run_import(kind, table, self.imports, ImportOrder("lin", NOW, skip_bad, dry_run))

    def roster(self, data: str | bytes, skip_bad: bool = False, dry_run: bool = False) -> ImportPlan[Person]:
        kind = RosterImport(self.people)
        table = parse_table("roster.csv", data.encode() if isinstance(data, str) else data, kind.columns)
        return run_import(kind, table, self.imports, ImportOrder("lin", NOW, skip_bad, dry_run))

    def everything(self) -> list[str]:
        """The whole database as text."""
        query = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        tables = [name for (name,) in rows(self._store.connection.execute(query))]
        return [f"{table} {rows(self._store.connection.execute(f'SELECT * FROM {table}'))}" for table in tables]

    def emptied(self) -> Ground:
        """The same with nobody and no unit in it: cheaper than another database."""
        with self._store.writing() as connection:
            for table in ("person_acd", "person", "unit"):
                connection.execute(f"DELETE FROM {table}")
        return self


@contextmanager
def ground_in(folder: Path) -> Iterator[Ground]:
    store = Store(folder / "floor.db")
    try:
        yield Ground(store)
    finally:
        store.close()


def reasons(plan: ImportPlan[Person] | ImportPlan[Unit]) -> list[tuple[int, str, str]]:
    return [(bad.line, bad.column, bad.reason) for bad in plan.bad_rows]
