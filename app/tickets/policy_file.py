"""Policies as a site writes them: TOML in, a `PolicyBook` out, with every problem named by line and key.

See docs/policies.md. `policy_words` has the keys, `policy_checks` what makes no sense together.
"""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from app.core.errors import DataProblem
from app.core.i18n import _
from app.core.toml_lines import Path
from app.core.toml_problems import FileProblem, Finding, read_toml, sentence
from app.tickets.policy import PolicyBook
from app.tickets.policy_checks import check_book
from app.tickets.policy_shape import file_path, shape

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


class PolicyReading(NamedTuple):
    """What came of reading a file.

    Attributes:
        book: What it says; None where it cannot be used.
        problems: In order of line.
    """

    book: PolicyBook | None
    problems: tuple[FileProblem, ...]

    @property
    def errors(self) -> tuple[FileProblem, ...]:
        """The problems for which the file cannot be used."""
        return tuple(problem for problem in self.problems if not problem.is_warning)

    @property
    def warnings(self) -> tuple[FileProblem, ...]:
        """What its writer should look at."""
        return tuple(problem for problem in self.problems if problem.is_warning)


def read_policy(text: str) -> PolicyReading:
    """Read a policy file; all that is wrong with it is found, not only the first thing."""
    told = read_toml(text)
    if isinstance(told, FileProblem):
        return PolicyReading(None, (told,))
    book, findings = _read(told.fields)
    return PolicyReading(book, told.placed(findings))


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
