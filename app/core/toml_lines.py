"""On which line a TOML text says what: `tomllib` reads values, but does not tell where they stand."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from typing import Final

Path = tuple[str | int, ...]
"""Where a value lies: keys of tables, and numbers of elements of arrays from 0."""

_BLANK: Final = re.compile(r"[ \t\r\n]+|#[^\n]*")
_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_PLAIN_VALUE: Final = re.compile(r"[^,\]}\n#]+")
# A string over several lines may end with one or two quotes of its own before the three that close it.
_STRINGS: Final = (
    re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}(?!")', re.DOTALL),
    re.compile(r"'''.*?'{3,5}(?!')", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)


def toml_lines(text: str) -> dict[Path, int]:
    """The line, from 1, of every key, table and element of an array.

    Args:
        text: What `tomllib.loads` has read without an error.
    """
    scanner = _Scanner(text)
    scanner.scan()
    return scanner.lines


def nearest_line(lines: dict[Path, int], path: Path) -> int:
    """The line of a value, or, where it is missing, of the table it is missing from; 1 for the whole file."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


class _Scanner:
    """Walks over a text that is known to be TOML: it finds places and checks nothing."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self._text = text
        self._at = 0
        self._line_ends = [index for index, character in enumerate(text) if character == "\n"]
        self._tables: dict[Path, int] = {}  # how many tables each array of tables has so far

    def scan(self) -> None:
        base: Path = ()
        while self._skip_blank() < len(self._text):
            if self._text.startswith("[", self._at):
                base = self._header()
            else:
                self._key_and_value(base)

    def _line(self) -> int:
        return bisect_right(self._line_ends, self._at - 1) + 1

    def _skip_blank(self) -> int:
        while found := _BLANK.match(self._text, self._at):
            self._at = found.end()
        return self._at

    def _skip(self, character: str) -> bool:
        """Step over a character, where it comes next after blanks and comments."""
        self._skip_blank()
        if not self._text.startswith(character, self._at):
            return False
        self._at += len(character)
        return True

    def _header(self) -> Path:
        is_array, line = self._text.startswith("[[", self._at), self._line()
        self._at += 2 if is_array else 1
        keys = self._keys()
        path: Path = ()
        for number, key in enumerate(keys, 1):
            path = (*path, key)
            self.lines.setdefault(path, line)
            if is_array and number == len(keys):
                self._tables[path] = self._tables.get(path, 0) + 1
            if path in self._tables:
                path = (*path, self._tables[path] - 1)
                self.lines.setdefault(path, line)
        # A table that a deeper header named before stands where its own header does.
        self.lines[path] = line
        self._skip("]]" if is_array else "]")
        return path

    def _keys(self) -> list[str]:
        keys = [self._key()]
        while self._skip("."):
            keys.append(self._key())
        return keys

    def _key(self) -> str:
        self._skip_blank()
        if found := _BARE_KEY.match(self._text, self._at):
            self._at = found.end()
            return found[0]
        quoted = self._string()
        return str(tomllib.loads(f"key = {quoted}")["key"])

    def _string(self) -> str:
        found = next(found for each in _STRINGS if (found := each.match(self._text, self._at)))
        self._at = found.end()
        return found[0]

    def _key_and_value(self, base: Path) -> None:
        self._skip_blank()
        line = self._line()
        path = base
        for key in self._keys():
            path = (*path, key)
            self.lines.setdefault(path, line)
        self._skip("=")
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip_blank()
        match self._text[self._at]:
            case '"' | "'":
                self._string()
            case "[":
                self._array(path)
            case "{":
                self._inline_table(path)
            case _:
                found = _PLAIN_VALUE.match(self._text, self._at)
                self._at = found.end() if found else self._at + 1

    def _array(self, path: Path) -> None:
        self._at += 1
        number = 0
        while not self._skip("]"):
            element = (*path, number)
            self.lines[element] = self._line()
            self._value(element)
            self._skip(",")
            number += 1

    def _inline_table(self, path: Path) -> None:
        self._at += 1
        while not self._skip("}"):
            self._key_and_value(path)
            self._skip(",")
