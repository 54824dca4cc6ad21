"""What docs/tickets-filter.md says of the language is what the language does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from app.core.i18n import in_every_language
from app.tickets.query import parse
from app.tickets.query_words import CHOICE_BY_ALIAS, CHOICES, FLAGS, KEYS, folded
from widgets.ticket_words import LEVEL_WORDS, PRIORITY_WORDS, STATE_WORDS

PAGE: Final = (Path(__file__).parents[2] / "docs" / "tickets-filter.md").read_text("utf-8")


def table(title: str) -> list[list[str]]:
    """The rows of a section's table, its heading left out; `|` in a cell is written with a backslash."""
    section = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def test_the_page_lists_every_key_with_its_other_names_and_its_example() -> None:
    listed = [(row[0].strip("`"), row[1], row[3].strip("`").replace("\\|", "|")) for row in table("Keys")]
    assert listed == [(key.key, ", ".join(key.aliases), key.example) for key in KEYS]
    for key in KEYS:
        assert parse(key.example).terms[0].key == key.key


def test_the_page_lists_every_value_of_a_closed_set() -> None:
    for row in table("Keys"):
        for value in CHOICES.get(row[0].strip("`"), ()):
            assert value in row[2]


def test_the_page_lists_every_flag_with_its_other_names() -> None:
    assert [(row[0].strip("`"), row[1]) for row in table("Flags")] == [
        (flag, ", ".join(aliases)) for flag, aliases in FLAGS.items()
    ]


def test_the_examples_of_a_block_say_the_same() -> None:
    blocks = re.findall(r"^```filter\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 2
    for block in blocks:
        first, *others = map(parse, block.splitlines())
        assert others
        assert all(other == first for other in others)


def test_every_code_in_the_text_that_looks_like_a_term_is_understood() -> None:
    terms = PAGE.partition("## Keys")[2]
    for written in re.findall(r"`(-?[a-z]+(?:[:<>]=?)[^`\s]+)`", terms):
        assert parse(written.replace("\\|", "|")).terms, written


def test_what_the_screen_calls_a_state_a_priority_or_a_level_is_understood() -> None:
    said = [("state", state.value, word) for state, word in STATE_WORDS.items()]
    said += [("priority", priority.value, word) for priority, word in PRIORITY_WORDS.items()]
    said += [("level", level, word) for level, word in LEVEL_WORDS.items()]
    for key, value, word in said:
        for name in in_every_language(word):
            assert CHOICE_BY_ALIAS[key].get(folded(name)) == value, (key, name)
