"""Rules as a site writes them: TOML in, an `AlertBook` out, with every problem named by line and key.

See docs/alert-rules.md. `rule_words` has the keys, `rule_shape` their units, `rule_checks` what makes no sense.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from app.alerts import rule_words as words
from app.alerts.rule import AlertBook, ChainStep, Channel, Recipient, Rule
from app.alerts.rule_checks import check_book
from app.alerts.rule_shape import Shaper
from app.alerts.wording import LEVEL_WORDS
from app.core.errors import DataProblem
from app.core.i18n import _
from app.core.toml_lines import Path
from app.core.toml_problems import FileProblem, Finding, read_toml, sentence

SHIPPED_FILE: Final = "shipped.toml"
"""What the shipped book's file is called."""

_FILE_NAMES: Final = {book: key for key, book in words.BOOK_NAMES.items() if key != "ahead"}

_Model = TypeVar("_Model", bound=BaseModel)


class RuleReading(NamedTuple):
    """What came of reading a file.

    Attributes:
        book: What it says; None where it cannot be used.
        problems: In order of line.
    """

    book: AlertBook | None
    problems: tuple[FileProblem, ...]

    @property
    def errors(self) -> tuple[FileProblem, ...]:
        """The problems for which the file cannot be used."""
        return tuple(problem for problem in self.problems if not problem.is_warning)


def read_rules(text: str) -> RuleReading:
    """Read a rule file; all that is wrong with it is found, not only the first thing."""
    told = read_toml(text)
    if isinstance(told, FileProblem):
        return RuleReading(None, (told,))
    book, findings = _read(told.fields)
    return RuleReading(book, told.placed(findings))


def load_rules(text: str, file: str) -> AlertBook:
    """The book of a file that has to be right.

    Raises:
        DataProblem: Naming the first problem by file, line and key, and how many there are.
    """
    reading = read_rules(text)
    if reading.book is not None:
        return reading.book
    first, *others = reading.errors
    more = _(" ({count} more: watchfloor alerts check names them all)").format(count=len(others)) if others else ""
    raise DataProblem(first.text(file) + more)


def shipped_alert_text() -> str:
    """The rules Watchfloor brings along, as TOML to start from."""
    return files("app.alerts").joinpath("rules", SHIPPED_FILE).read_text(encoding="utf-8")


@cache
def shipped_alert_book() -> AlertBook:
    """What holds at a site that has applied no rules of its own: version 0."""
    return load_rules(shipped_alert_text(), SHIPPED_FILE)


def _read(fields: dict[str, Any]) -> tuple[AlertBook | None, list[Finding]]:
    shaper = Shaper()
    sections = shaper.sections(fields)
    builder = _Builder(shaper.findings)
    rules = builder.each("rules", sections["rules"], Rule, shaper.rule)
    recipients = builder.each("recipients", sections["recipients"], Recipient, shaper.recipient)
    channels = builder.each("channels", sections["channels"], Channel, shaper.channel)
    chains = {
        level: tuple(
            step
            for number, each in enumerate(steps)
            if (step := builder.built(("chains", LEVEL_WORDS[int(level)], number), ChainStep, each)) is not None
        )
        for level, steps in shaper.chains(sections["chains"]).items()
    }
    try:
        book = AlertBook(
            rules=tuple(rules.values()),
            recipients=recipients,
            groups=builder.groups(sections["groups"]),
            chains=chains,
            channels=channels,
        )
    except ValidationError as error:
        # What is left to be wrong is the length of a name.
        shaper.findings += [Finding(_place((), each["loc"]), sentence(each)) for each in error.errors()]
        return None, shaper.findings
    broken = [found.path for found in shaper.findings]
    named = {name: frozenset(section) for name, section in sections.items()}
    senseless = [found for found in check_book(book, named) if not any(_within(found.path, path) for path in broken)]
    findings = [*shaper.findings, *senseless]
    return (None if any(not found.is_warning for found in findings) else book), findings


class _Builder:
    """Makes models of what a file says; what is wrong with one hides nothing of the others."""

    def __init__(self, findings: list[Finding]) -> None:
        self._findings = findings

    def each(
        self,
        section: str,
        table: dict[str, Any],
        model: type[_Model],
        shape: Callable[[str, Any], dict[str, Any]],
    ) -> dict[str, _Model]:
        """The models of a section, by name, of those that are sound."""
        made = ((key, self.built((section, key), model, shape(key, value))) for key, value in table.items())
        return {key: each for key, each in made if each is not None}

    def built(self, path: Path, model: type[_Model], fields: dict[str, Any]) -> _Model | None:
        """A model, or None where its problems have been told."""
        try:
            return model.model_validate(fields)
        except ValidationError as error:
            told = [found.path for found in self._findings]
            for each in error.errors(include_url=False, include_input=False):
                place = _place(path, each["loc"])
                if not any(bad == place[: len(bad)] for bad in told):
                    self._findings.append(Finding(place, _problem(each, place)))
            return None

    def groups(self, table: dict[str, Any]) -> dict[str, tuple[str, ...]]:
        """Groups of recipients, those that are lists of names."""
        found: dict[str, tuple[str, ...]] = {}
        for key, members in table.items():
            if isinstance(members, list) and members and all(isinstance(member, str) for member in members):
                found[key] = tuple(members)
            else:
                self._findings.append(Finding(("groups", key), _("must be a list of recipients: [ … ]")))
        return found


def _place(path: Path, location: Sequence[str | int]) -> Path:
    """Where in the file a value of a model comes from; an id is the name of its table."""
    inner = tuple(_FILE_NAMES.get(str(part), part) for part in location if part not in ("[key]", "id"))
    return (*path, *inner)


def _problem(error: Any, place: Path) -> str:
    if error["type"] == "string_pattern_mismatch" and place[:1] == ("rules",) and len(place) == 2:
        return _("a rule's name is made of small letters, digits, “-”, “_” and “.”, and begins with a letter")
    return sentence(error)


def _within(place: Path, broken: Path) -> bool:
    """Whether a place is, or lies in, one that is broken: what is not understood is not looked at for sense."""
    return place[: len(broken)] == broken
