"""Paths as a person types them: what they can become, and what is meant by them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from typing import Final

from textual.suggester import Suggester

from app.planning.lists import ListKind

TABLE_ENDINGS: Final = (".csv", ".tsv", ".txt", ".xlsx")
"""Files with other endings are not offered; they can be named all the same."""

MOST_OFFERED: Final = 200
"""More than that nobody reads; the next letter narrows them."""


def endings_of(kind: ListKind) -> tuple[str, ...]:
    """What the names of files of a kind end with."""
    return (*TABLE_ENDINGS, ".toml") if kind is ListKind.CALENDAR else TABLE_ENDINGS


def meant(typed: str) -> str:
    """The path that is meant: without the blanks and quotation marks a terminal puts around it, "~" expanded."""
    path = typed.strip()
    if len(path) > 1 and path[0] == path[-1] and path[0] in "'\"":
        path = path[1:-1]
    return os.path.expanduser(path)


def continuations(typed: str, endings: Sequence[str] = TABLE_ENDINGS) -> list[str]:
    """What a path can become: folders, with a slash behind them, and files of lists; in order, in the person's way.

    Empty where the folder cannot be read. Hidden ones are offered to those who typed the dot.
    """
    if typed == "~":
        return ["~/"]
    folder, slash, start = typed.rpartition("/")
    found: list[str] = []
    try:
        with os.scandir(os.path.expanduser(folder + slash) or ".") as entries:
            for entry in entries:
                name = entry.name
                if not name.startswith(start) or (name.startswith(".") and not start) or not name.isprintable():
                    continue
                if entry.is_dir():
                    found.append(f"{folder}{slash}{name}/")
                elif name.casefold().endswith(tuple(endings)):
                    found.append(f"{folder}{slash}{name}")
    except (OSError, ValueError):
        return []
    return sorted(found)[:MOST_OFFERED]


def completed(typed: str, endings: Sequence[str] = TABLE_ENDINGS) -> str | None:
    """The first thing a path can become; None where there is nothing, or it is whole already."""
    found = [path for path in continuations(typed, endings) if path != typed] if typed else []
    return found[0] if found else None


class PathSuggester(Suggester):
    """Shows behind what is typed how it can go on.

    Args:
        endings: Tells which files are offered.
    """

    def __init__(self, endings: Callable[[], Sequence[str]]) -> None:
        # Folders change while one looks.
        super().__init__(use_cache=False, case_sensitive=True)
        self._endings = endings

    async def get_suggestion(self, value: str) -> str | None:
        # On a thread: a folder may lie on a disk that sleeps.
        return await asyncio.to_thread(completed, value, self._endings())
