"""What is wrong with a TOML file that a person wrote: each problem with its line, its key, and what to do.

`app.core.toml_lines` says where a value stands; here is what is said of it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, Final, NamedTuple

from app.core.durations import length_text
from app.core.i18n import _
from app.core.text import inert
from app.core.toml_lines import Path, nearest_line, toml_lines

SIZE_LIMIT: Final = 1_000_000
"""Longest file in characters: the shipped ones are less than a fiftieth of it."""

_AT_LINE: Final = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)$")


class Finding(NamedTuple):
    """Something found in a file.

    Attributes:
        path: Where, in the words of the file.
        problem: What is wrong and what to do, without a full stop.
        is_warning: Whether the file can be used all the same.
    """

    path: Path
    problem: str
    is_warning: bool = False


class FileProblem(NamedTuple):
    """Something that is wrong with a file, or that its writer should look at.

    Attributes:
        line: Where, from 1; for a missing key the table it is missing from.
        key: Which value, as types.repair.stages[1].limit; empty for the whole file.
        problem: What is wrong and what to do, without a full stop.
        is_warning: Whether the file can be used all the same.
    """

    line: int
    key: str
    problem: str
    is_warning: bool = False

    def text(self, file: str) -> str:
        """One line for a person."""
        if not self.key:
            words = _("{file}, line {line}: {problem}.")
        elif self.is_warning:
            words = _("{file}, line {line}: {key}: worth a look: {problem}.")
        else:
            words = _("{file}, line {line}: {key}: {problem}.")
        return inert(words.format(file=file, line=self.line, key=self.key, problem=self.problem))


class TomlFile(NamedTuple):
    """A text that is TOML.

    Attributes:
        fields: What it says.
        lines: Where each value stands.
    """

    fields: dict[str, Any]
    lines: dict[Path, int]

    def placed(self, findings: Iterable[Finding]) -> tuple[FileProblem, ...]:
        """Findings with their lines, in order; each once."""
        return tuple(
            sorted(
                {
                    FileProblem(
                        nearest_line(self.lines, found.path), key_text(found.path), found.problem, found.is_warning
                    )
                    for found in findings
                }
            )
        )


def read_toml(text: str) -> TomlFile | FileProblem:
    """Read a text as TOML, or say why it is none."""
    if len(text) > SIZE_LIMIT:
        return FileProblem(1, "", _("the file is longer than {limit} characters").format(limit=f"{SIZE_LIMIT:,}"))
    try:
        return TomlFile(tomllib.loads(text), toml_lines(text.replace("\r\n", "\n")))
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        line = int(found[1]) if found and found[1] else text.count("\n") + 1
        reason = _AT_LINE.sub("", str(error)).strip()
        return FileProblem(line, "", _("this is not TOML: {problem}").format(problem=inert(reason)))
    except RecursionError:
        return FileProblem(1, "", _("this is nested too deeply"))


def key_text(path: Path) -> str:
    """Where a value lies, in words: types.repair.stages[1].limit, counted from 1 as people count."""
    words: list[str] = []
    for part in path:
        if isinstance(part, int):
            words[-1:] = [f"{words[-1]}[{part + 1}]"] if words else [f"[{part + 1}]"]
        elif re.fullmatch(r"[\w-]+", part):
            words.append(part)
        else:
            words.append(f'"{part}"')
    return ".".join(words)


def unknown_key(key: str, known: frozenset[str] | tuple[str, ...]) -> str:
    """What to say of a key that a table does not have."""
    close = get_close_matches(key, sorted(known), n=1)
    if close:
        return _("is not known here: perhaps {close} is meant").format(close=close[0])
    return _("is not known here; known are: {known}").format(known=", ".join(sorted(known)))


def sentence(error: Mapping[str, Any]) -> str:
    """What to say of a value that pydantic refuses: a clause without a full stop."""
    context = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return _("is missing")
        case "extra_forbidden":
            return _("is not known here")
        case "literal_error" | "enum":
            return _("must be one of: {known}").format(known=_listed(context["expected"]))
        case "int_type" | "int_parsing" | "int_from_float":
            return _("must be a whole number without quotes")
        case "string_type":
            return _("must be text in quotes")
        case "tuple_type" | "list_type":
            return _("must be a list: [ … ]")
        case "model_type" | "model_attributes_type" | "dict_type":
            return _("must be a table of keys and values")
        case "greater_than_equal":
            return _("must be {least} or more").format(least=_amount(error, context["ge"]))
        case "less_than_equal":
            return _("must be {most} or less").format(most=_amount(error, context["le"]))
        case "string_too_short":
            return _("must not be empty")
        case "string_too_long" | "too_long":
            return _("is longer than {limit}").format(limit=context["max_length"])
        case _:
            return inert(str(error["msg"]).removeprefix("Value error, ").removesuffix("."))


def _listed(expected: object) -> str:
    """Pydantic's “'a', 'b' or 'c'” as a plain list."""
    return ", ".join(re.findall(r"'([^']*)'", str(expected)))


def _amount(error: Mapping[str, Any], number: int) -> str:
    """A border as the file would write it."""
    return length_text(number) if str(error["loc"][-1]).endswith("_seconds") else str(number)
