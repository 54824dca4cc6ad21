"""Policies as a site writes them: TOML in, a `PolicyBook` out, with every problem named by line and key.

See docs/policies.md. `policy_words` has the keys, `policy_checks` what makes no sense together.
"""

from __future__ import annotations

import re
import tomllib
from copy import deepcopy
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from app.core.errors import DataProblem
from app.core.i18n import _
from app.core.text import inert
from app.core.toml_lines import Path, nearest_line, toml_lines
from app.tickets.policy import PolicyBook
from app.tickets.policy_checks import Finding, check_book
from app.tickets.policy_shape import file_path, shape
from app.tickets.policy_words import sentence

SIZE_LIMIT: Final = 1_000_000
"""Longest file in characters: the shipped one is less than a hundredth of it."""

SHIPPED_FILE: Final = "shipped.toml"
"""What the shipped book's file is called."""

_ROUNDS: Final = 3
"""How often what is broken is replaced, for what is broken in it may hide more."""

_HARMLESS: Final[dict[str | int, Any]] = {
    "name": "?",
    "stages": [],
    "zh": "",
    "en": "",
    "words": {"zh": "", "en": ""},
    "role": "?",
    "start": ["created"],
    "stop": ["closed"],
    "limit_seconds": 366 * 86_400,
    "tell": "unit",
    "zone": "UTC",
}
"""Stands in for what a book cannot do without."""

_AT_LINE: Final = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)$")


class PolicyProblem(NamedTuple):
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


class PolicyReading(NamedTuple):
    """What came of reading a file.

    Attributes:
        book: What it says; None where it cannot be used.
        problems: In order of line.
    """

    book: PolicyBook | None
    problems: tuple[PolicyProblem, ...]

    @property
    def errors(self) -> tuple[PolicyProblem, ...]:
        """The problems for which the file cannot be used."""
        return tuple(problem for problem in self.problems if not problem.is_warning)

    @property
    def warnings(self) -> tuple[PolicyProblem, ...]:
        """What its writer should look at."""
        return tuple(problem for problem in self.problems if problem.is_warning)


def read_policy(text: str) -> PolicyReading:
    """Read a policy file; all that is wrong with it is found, not only the first thing."""
    if len(text) > SIZE_LIMIT:
        return _unreadable(1, _("the file is longer than {limit} characters").format(limit=f"{SIZE_LIMIT:,}"))
    try:
        fields = tomllib.loads(text)
        lines = toml_lines(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        line = int(found[1]) if found and found[1] else text.count("\n") + 1
        reason = _AT_LINE.sub("", str(error)).strip()
        return _unreadable(line, _("this is not TOML: {problem}").format(problem=inert(reason)))
    except RecursionError:
        return _unreadable(1, _("this is nested too deeply"))
    book, findings = _read(fields)
    problems = sorted(
        {
            PolicyProblem(nearest_line(lines, found.path), key_text(found.path), found.problem, found.is_warning)
            for found in findings
        }
    )
    return PolicyReading(book, tuple(problems))


def load_policy(text: str, file: str) -> PolicyBook:
    """The book of a file that has to be right.

    Raises:
        DataProblem: Naming the first problem by file, line and key, and how many there are.
    """
    reading = read_policy(text)
    if reading.book is not None:
        return reading.book
    first, *others = reading.errors
    more = _(" ({count} more: watchfloor policy check names them all)").format(count=len(others)) if others else ""
    raise DataProblem(first.text(file) + more)


def shipped_text() -> str:
    """The policies Watchfloor brings along, as TOML to start from."""
    return files("app.tickets").joinpath("policies", SHIPPED_FILE).read_text(encoding="utf-8")


@cache
def shipped_book() -> PolicyBook:
    """What holds at a site that has applied no policy of its own: version 0."""
    return load_policy(shipped_text(), SHIPPED_FILE)


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


def _unreadable(line: int, problem: str) -> PolicyReading:
    return PolicyReading(None, (PolicyProblem(line, "", problem),))


def _read(fields: dict[str, Any]) -> tuple[PolicyBook | None, list[Finding]]:
    shaped = shape(fields)
    findings = [*shaped.findings]
    unclear = {found.path for found in findings}
    part = shaped.book
    book: PolicyBook | None = None
    for round_number in range(_ROUNDS):
        try:
            book = PolicyBook.model_validate(part)
            break
        except ValidationError as error:
            part = deepcopy(part)
            for each in error.errors(include_url=False, include_input=False):
                path = file_path(each["loc"], fields)
                # Later rounds find only what mending broke; what is no length of time is not missing besides.
                if round_number == 0 and not any(path[: len(bad)] == bad for bad in unclear):
                    findings.append(Finding(path, sentence(each)))
                _mend(part, [step for step in each["loc"] if step != "[key]"])
    if not findings and book is not None:
        findings += check_book(book, _calendar_names(fields))
        return (None if any(not found.is_warning for found in findings) else book), findings
    if book is not None:
        broken = [found.path for found in findings]
        more = check_book(book, _calendar_names(fields))
        findings += [found for found in more if not any(_overlap(found.path, path) for path in broken)]
    return None, findings


def _calendar_names(fields: dict[str, Any]) -> frozenset[str]:
    calendars = fields.get("calendars")
    return frozenset(calendars) if isinstance(calendars, dict) else frozenset()


def _overlap(one: Path, other: Path) -> bool:
    """Whether one place lies within the other: what is broken is not looked at for sense."""
    length = min(len(one), len(other))
    return one[:length] == other[:length]


def _mend(part: Any, location: list[str | int]) -> None:
    """Put something harmless in the place of a broken value, so that the rest of the file is looked at as well."""
    while location and isinstance(location[-1], int):
        location = location[:-1]
    *way, key = location
    holder = part
    for step in way:
        try:
            holder = holder[step]
        except (KeyError, IndexError):  # what it lay in was mended already
            return
    if key in _HARMLESS:
        holder[key] = _HARMLESS[key]
    else:
        holder.pop(key, None)
