"""From the words of a policy file to the fields of a `PolicyBook`: names, units of time, amounts of money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from app.core.durations import length_seconds
from app.core.i18n import _
from app.core.text import inert
from app.core.toml_lines import Path
from app.core.toml_problems import Finding, unknown_key
from app.tickets import policy_words as words

_DAY_SECONDS: Final = 86_400

_TIME_KEYS: Final = {book: key for key, book in words.TIMES.items()}
_SETTING_PATHS: Final = {book: path for path, book in words.SETTINGS.items()}


@dataclass(slots=True)
class Shaped:
    """What a file gives the book.

    Attributes:
        book: Fields of `PolicyBook`, not yet checked by it.
        findings: What cannot be understood; it is left out of the fields.
    """

    book: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def shape(fields: Mapping[str, Any]) -> Shaped:
    """Give the values of a file their names and units in the book."""
    shaper = _Shaper()
    return Shaped(shaper.book(fields), shaper.findings)


def file_path(location: Sequence[str | int], fields: Mapping[str, Any]) -> Path:
    """Where in the file a value of the book comes from.

    Args:
        location: Where pydantic found it.
        fields: The file, for what can be written in two ways.
    """
    path: list[str | int] = []
    for part in location:
        if part == "[key]":
            continue
        if part in ("overall_start", "overall_stop"):
            path += ["overall", str(part).removeprefix("overall_")]
        elif part in _SETTING_PATHS and not path:
            path += _SETTING_PATHS[str(part)]
        elif path[:1] == ["recovery"]:
            keys = [key for key, (name, _fen) in words.RECOVERY_FEN.items() if name == part]
            path.append(next((key for key in keys if key in fields["recovery"]), str(part)))
        else:
            path.append(_TIME_KEYS.get(str(part), part))
    return tuple(path)


class _Shaper:
    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def book(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        tables = self._known((), fields, words.SECTIONS)
        book: dict[str, Any] = {}
        for section, each in (("types", self._type), ("calendars", self._calendar), ("contacts", self._unit)):
            if section in tables and (table := self._table((section,), tables[section])) is not None:
                book[section] = {name: each((section, name), value) for name, value in table.items()}
        if "unit_calendars" in tables:
            book["unit_calendars"] = tables["unit_calendars"]
        for section in ("priority", "repeat_callers"):
            book |= self._settings(section, tables.get(section, {}))
        if "recovery" in tables:
            book["recovery"] = self._recovery(("recovery",), tables["recovery"])
        return book

    def _bad(self, path: Path, problem: str) -> None:
        self.findings.append(Finding(path, problem))

    def _table(self, path: Path, value: Any) -> dict[str, Any] | None:
        if isinstance(value, dict):
            return value
        self._bad(path, _("must be a table of keys and values"))
        return None

    def _known(self, path: Path, value: Any, known: frozenset[str] | tuple[str, ...]) -> dict[str, Any]:
        """A table without the keys it may not have; they are told."""
        table = self._table(path, value)
        if table is None:
            return {}
        for key in table:
            if key not in known:
                self._bad((*path, key), unknown_key(key, known))
        return {key: each for key, each in table.items() if key in known}

    def _type(self, path: Path, value: Any) -> dict[str, Any]:
        table = self._known(path, value, words.TYPE_KEYS)
        overall = table.pop("overall", None)
        if overall is not None:
            place = (*path, "overall")
            limit = self._limit(place, overall, words.OVERALL_KEYS)
            table |= {f"overall_{key}": limit.pop(key) for key in ("start", "stop") if key in limit}
            table["overall"] = limit
        stages = table.get("stages", [])
        if isinstance(stages, list):
            table["stages"] = [self._stage((*path, "stages", number), stage) for number, stage in enumerate(stages)]
        return table

    def _stage(self, path: Path, value: Any) -> dict[str, Any]:
        stage = self._limit(path, value, words.STAGE_KEYS)
        for key in ("start", "stop"):
            if isinstance(stage.get(key), str):
                stage[key] = [stage[key]]
        return stage

    def _limit(self, path: Path, value: Any, known: frozenset[str]) -> dict[str, Any]:
        table = self._known(path, value, known)
        limit: dict[str, Any] = {}
        for key, given in table.items():
            place = (*path, key)
            if key == "warn":
                found = self._lengths(place, given)
                limit["warn_seconds"] = sorted(set(found), reverse=True)
            elif key in words.TIMES:
                if (seconds := self._seconds(place, given)) is not None:
                    limit[words.TIMES[key]] = seconds
            elif key == "escalation" and isinstance(given, list):
                limit[key] = [self._step((*place, number), step) for number, step in enumerate(given)]
            else:
                limit[key] = given
        return limit

    def _step(self, path: Path, value: Any) -> dict[str, Any]:
        step = self._known(path, value, words.STEP_KEYS)
        if "after" in step:
            seconds = self._seconds((*path, "after"), step.pop("after"))
            step |= {} if seconds is None else {"after_seconds": seconds}
        return step

    def _lengths(self, path: Path, value: Any) -> list[int]:
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list):
            self._bad(path, _('must be a list of lengths of time such as ["8h", "30m"]'))
            return []
        found = [self._seconds((*path, number), each) for number, each in enumerate(value)]
        return [seconds for seconds in found if seconds is not None]

    def _seconds(self, path: Path, value: Any) -> int | None:
        seconds = length_seconds(value) if isinstance(value, str) else None
        if seconds is None:
            shown = inert(str(value)[:40])
            self._bad(path, _("“{text}” is no length of time: write 90s, 2m, 4h or 1d, in quotes").format(text=shown))
        return seconds

    def _calendar(self, path: Path, value: Any) -> Any:
        table = self._known(path, value, words.CALENDAR_KEYS)
        return {"name": str(path[-1]), **table}

    def _unit(self, path: Path, value: Any) -> dict[str, Any]:
        table = self._known(path, value, words.UNIT_KEYS)
        if "desk" in table:
            table["desk"] = self._known((*path, "desk"), table["desk"], words.CONTACT_KEYS)
        if isinstance(table.get("managers"), list):
            table["managers"] = [
                self._known((*path, "managers", number), each, words.CONTACT_KEYS)
                for number, each in enumerate(table["managers"])
            ]
        return table

    def _settings(self, section: str, value: Any) -> dict[str, Any]:
        names = {key: name for (of, key), name in words.SETTINGS.items() if of == section}
        found: dict[str, Any] = {}
        for key, given in self._known((section,), value, frozenset(names)).items():
            if key == "stars":
                found[names[key]] = given
                continue
            seconds = self._seconds((section, key), given)
            if seconds is None:
                continue
            if key != "repeat_complaint":
                found[names[key]] = seconds
            elif seconds % _DAY_SECONDS:
                self._bad((section, key), _("must be whole days, such as 30d"))
            else:
                found[names[key]] = seconds // _DAY_SECONDS
        return found

    def _recovery(self, path: Path, value: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, given in self._known(path, value, words.RECOVERY_KEYS).items():
            if key not in words.RECOVERY_FEN:
                found[key] = given
                continue
            name, fen = words.RECOVERY_FEN[key]
            if name in found:
                self._bad((*path, key), _("is said twice, in yuan and in fen: leave one out"))
            elif isinstance(given, bool) or not isinstance(given, int):
                self._bad((*path, key), _("must be a whole number without quotes"))
            else:
                found[name] = given * fen
        return found
