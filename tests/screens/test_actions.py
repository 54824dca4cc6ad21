"""The table of actions is complete, unambiguous, and the documents made from it are its own words."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.keys import Keys, _character_to_key

from app.core.i18n import in_every_language
from screens.actions import (
    ACTIONS,
    LAYOUT_FREE,
    SCREENS,
    Action,
    ActionState,
    action,
    actions_of,
    bindings,
    key_label,
    keys_document,
)

ROOT = Path(__file__).parents[2]
ARROWS = "↑↓←→"


def test_the_key_document_is_made_from_the_table() -> None:
    assert (ROOT / "docs" / "keys.md").read_text("utf-8") == keys_document()


def test_names_are_unique_and_every_screen_is_known() -> None:
    ids = [entry.id for entry in ACTIONS]
    assert len(ids) == len(set(ids))
    assert {entry.where for entry in ACTIONS} == {name for name, _title in SCREENS}
    assert action("floor.filter").verb == "filter"
    with pytest.raises(KeyError):
        action("floor.nothing")


@pytest.mark.parametrize("entry", ACTIONS, ids=lambda entry: entry.id)
def test_every_action_has_a_key_of_every_keyboard_layout(entry: Action) -> None:
    assert LAYOUT_FREE & set(entry.keys)


@pytest.mark.parametrize("where", ["floor", "peek", "alerts", "alert", "wall"])
def test_no_key_means_two_things_on_one_screen(where: str) -> None:
    own = [key for entry in actions_of(where) for key in entry.keys]
    assert len(own) == len(set(own))
    keys = [binding.key for binding in bindings(where, "app")]  # type: ignore[union-attr]
    assert len(keys) == len(set(keys))


def test_keys_are_names_that_a_terminal_sends() -> None:
    known = {key.value for key in Keys}
    for entry in ACTIONS:
        for key in entry.keys:
            label = key_label(key)
            name = _character_to_key(label) if len(label) == 1 and len(key) > 1 and label not in ARROWS else key
            assert name == key
            assert key in known or len(label) == 1 or key == "space", key


@pytest.mark.parametrize("where", [where for where, _title in SCREENS if where not in ("wall", "app")])
def test_the_keys_for_alerts_are_the_same_on_every_screen(where: str) -> None:
    own = {key for entry in actions_of(where) for key in entry.keys}
    for name in ("acknowledge", "silence", "open", "escalate", "next_alert", "previous_alert", "expand"):
        assert own.isdisjoint(action(f"app.{name}").keys), name


@pytest.mark.parametrize(
    ("key", "label"), [("question_mark", "?"), ("ctrl+p", "Ctrl+P"), ("f10", "F10"), ("S", "S"), ("pagedown", "PgDn")]
)
def test_keys_are_written_for_people(key: str, label: str) -> None:
    assert key_label(key) == label


def test_every_sentence_is_in_both_languages() -> None:
    for entry in ACTIONS:
        for sentence in filter(None, (entry.sentence, entry.hint)):
            assert len(set(in_every_language(sentence))) == 2, sentence


@pytest.mark.parametrize(
    ("action_id", "state", "possible"),
    [
        ("floor.filter", ActionState(), False),
        ("floor.filter", ActionState(has_picture=True), True),
        ("floor.peek", ActionState(has_picture=True), False),
        ("floor.peek", ActionState(has_picture=True, agent="王芳"), True),
        ("app.quit", ActionState(), True),
    ],
)
def test_what_cannot_be_done_says_why(action_id: str, state: ActionState, possible: bool) -> None:
    reason = action(action_id).disabled(state)
    assert (reason is None) == possible
    assert reason is None or reason.endswith(".")
