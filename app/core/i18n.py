"""The words on the screen, in the language of the person: gettext, switchable while running.

Messages in the code are English and are themselves the English text; the Simplified Chinese catalogue is package data
(`app/locale/zh/LC_MESSAGES/watchfloor.po`, compiled to `.mo` beside it). Only the standard library reads it at run
time. `make messages` keeps the catalogue with Babel; a person then fills in what is new in the `.po` file and runs it
once more. By hand, from the top of the checkout:

    pybabel extract -F babel.cfg --no-location --omit-header --sort-output -o build/watchfloor.pot
        app commands screens widgets store seed main.py
    pybabel update -D watchfloor -i build/watchfloor.pot -d app/locale --no-fuzzy-matching --ignore-obsolete --no-wrap
        --ignore-pot-creation-date
    pybabel compile -D watchfloor -d app/locale

Words are looked up when they are painted, never when a module is imported: constants are marked with `N_` and
translated with `_` where they are shown.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final, Literal, get_args

from app.core.errors import UsageProblem

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
"""Every language there is, the users' first one first."""

DOMAIN: Final = "watchfloor"


@cache
def _translations(chosen: Language) -> gettext.NullTranslations:
    if chosen == "en":
        return gettext.NullTranslations()
    catalogue = files("app").joinpath("locale", chosen, "LC_MESSAGES", f"{DOMAIN}.mo").read_bytes()
    return gettext.GNUTranslations(io.BytesIO(catalogue))


class _Present:
    """What is chosen now; one attribute, so that another thread never sees half a change."""

    chosen: Language = "en"


def _(msgid: str) -> str:
    """The message in the chosen language; the English text itself where no translation is known."""
    return _translations(_Present.chosen).gettext(msgid) if msgid else ""


def ngettext(singular: str, plural: str, number: int) -> str:
    """The message for `number` things in the chosen language; `number` is not filled in."""
    return _translations(_Present.chosen).ngettext(singular, plural, number)


def pgettext(context: str, msgid: str) -> str:
    """The message where one English word has several meanings, told apart by `context`."""
    return _translations(_Present.chosen).pgettext(context, msgid)


def N_(msgid: str) -> str:
    """Mark a constant for translation; it is translated with `_` where it is shown."""
    return msgid


def in_every_language(msgid: str) -> tuple[str, ...]:
    """The message in each language: for finding something by its name in any of them."""
    return tuple(_translations(each).gettext(msgid) for each in LANGUAGES)


def language() -> Language:
    """The language chosen now."""
    return _Present.chosen


def set_language(chosen: str) -> None:
    """Choose the language of every word painted from now on.

    Raises:
        UsageProblem: When there is no such language.
    """
    if chosen not in LANGUAGES:
        raise UsageProblem(
            _("There is no language {name}; choose one of: {known}.").format(
                name=ascii(chosen), known=", ".join(LANGUAGES)
            )
        )
    _Present.chosen = chosen


def choose_language(option: str | None, environ: Mapping[str, str]) -> Language:
    """The language of a person: what they asked for, else what their environment says, else English.

    Args:
        option: The value of `--lang`; None where it was not given.
        environ: The environment; the first of LC_ALL, LC_MESSAGES and LANG that is not empty decides.

    Raises:
        UsageProblem: When the option names a language that does not exist.
    """
    if option is not None:
        if option not in LANGUAGES:
            raise UsageProblem(
                _("There is no language {name}; choose one of: {known}.").format(
                    name=ascii(option), known=", ".join(LANGUAGES)
                )
            )
        return option
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environ.get(name, ""):
            return "zh" if value.casefold().startswith("zh") else "en"
    return "en"
