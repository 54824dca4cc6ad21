"""Maps: what is wrong with one is said by line and key before a row is read."""

from __future__ import annotations

import pytest

from app.core.errors import DataProblem
from app.tickets.import_map import KINDS, NATIVE, found_meaning, load_map, native_map
from tests.tickets.import_ground import ACTIVITIES


def test_the_shipped_map_knows_every_kind_by_its_own_name() -> None:
    meanings = native_map().meanings()
    assert {word: meaning.kind for word, meaning in meanings.items()} == {kind: kind for kind in KINDS}
    assert native_map().infer == ()
    assert NATIVE == "native"


@pytest.mark.parametrize(
    ("before", "after", "line", "key", "words"),
    [
        ('id = "id"', "", 4, "columns.id", "is missing"),
        ('id = "id"', 'id = ""', 5, "columns.id", "must not be empty"),
        ('time = "time"', "time = []", 6, "columns.time", "must not be empty"),
        ('activity = "what"', "", 4, "columns", "activity or state"),
        ('activity = "what"', 'state = "what"', 12, "activities", "named as states"),
        ('by = "who"', 'bye = "who"', 9, "columns.bye", "by"),
        ('default_type = "complaint"', "", 1, "", "default_type is missing"),
        ('default_type = "complaint"', 'unmapped = "kept"', 2, "unmapped", "noted, dropped"),
        ('"Take" = "accepted"', '"Take" = "acepted"', 15, "activities.Take", "accepted"),
        ('"Take" = "accepted"', '"Take" = 4', 15, "activities.Take", "text in quotes"),
        ('"Take" = "accepted"', '"Take" = { kind = "held" }', 15, "activities.Take", "reason is missing"),
        ('"Take" = "accepted"', '"Take" = { reason = "parts" }', 15, "activities.Take.kind", "known"),
        ('"Take" = "accepted"', '"Take" = { kind = "held", reason = "x" }', 15, "activities.Take.reason", "customer"),
        ('"Take" = "accepted"', '"Take" = { kind = "accepted", by = "x" }', 15, "activities.Take.by", "of its own"),
        ('"Take" = "accepted"', '"Take" = { kind = "closed", nota = "x" }', 15, "activities.Take.nota", "note"),
        (
            '"Take" = "accepted"',
            '"Take" = { kind = "closed", note = { row = 1 } }',
            15,
            "activities.Take.note",
            "column",
        ),
        (
            '"Take" = "accepted"',
            '"Take" = { kind = "closed", nota = { column = "x" } }',
            15,
            "activities.Take.nota",
            "note",
        ),
        ('"Peek" = "dropped"', '[time]\nformat = "%H:%M"', 21, "time.format", "%Y-%m-%d"),
        ('"Peek" = "dropped"', '[time]\nzone = "Moon/Base"', 21, "time.zone", "Moon/Base"),
        ('"Peek" = "dropped"', "[scores]\ngood = 101", 21, "scores.good", "100 or less"),
        ('"Peek" = "dropped"', "[file]\ndelimiter = 'tab'", 21, "file.delimiter", "longer than 1"),
        ('"Peek" = "dropped"', "[what]", 20, "what", "known"),
        ('"Peek" = "dropped"', "[[", 20, "", "not TOML"),
    ],
)
def test_what_is_wrong_is_named(before: str, after: str, line: int, key: str, words: str) -> None:
    assert before in ACTIVITIES
    with pytest.raises(DataProblem) as caught:
        load_map(ACTIVITIES.replace(before, after), "map.toml")
    said = str(caught.value)
    assert said.startswith(f"map.toml, line {line}: {key}"), said
    assert words in said


def test_a_unit_may_come_from_anywhere_it_is_said() -> None:
    told = ACTIVITIES.replace('unit = "group"\n', "")
    with pytest.raises(DataProblem, match="unit is missing"):
        load_map(told, "map.toml")
    load_map(told.replace('"dispatched"', '{ kind = "dispatched", unit = "hub" }'), "map.toml")
    load_map(told.replace('"dispatched"', '{ kind = "dispatched", unit = { column = "to" } }'), "map.toml")


def test_words_are_compared_without_case_and_blanks() -> None:
    meanings = load_map(ACTIVITIES, "map.toml").meanings()
    for word in ("Wait parts", "WAIT PARTS", " wait   parts "):
        found = found_meaning(meanings, word)
        assert found is not None
        assert found.constants == {"reason": "parts"}
    assert found_meaning(meanings, "Wait for parts") is None
