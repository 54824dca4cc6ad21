from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from app.core.errors import UsageProblem
from app.core.i18n import _, choose_language, in_every_language, language, ngettext, pgettext, set_language

TOP = Path(__file__).parents[2]
CATALOGUE = TOP / "app" / "locale" / "zh" / "LC_MESSAGES" / "watchfloor.po"
FOLDERS = ("app", "commands", "screens", "widgets", "store", "seed")
PLACEHOLDER = re.compile(r"\{[^{}]*\}")

Key = tuple[str, str | tuple[str, ...]]


@pytest.fixture(autouse=True)
def _language_as_before() -> Iterator[None]:
    before = language()
    yield
    set_language(before)


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file)


def key(message: Message) -> Key:
    return message.context or "", tuple(message.id) if isinstance(message.id, (list, tuple)) else message.id


def translations(message: Message) -> tuple[str, ...]:
    strings = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    return tuple(string or "" for string in strings)


def messages_in_code() -> set[Key]:
    found: set[Key] = set()
    for folder in FOLDERS:
        for _file, _line, msgid, _comments, context in extract_from_dir(
            TOP / folder, [("**.py", "python")], {"**.py": {"encoding": "utf-8"}}, DEFAULT_KEYWORDS
        ):
            found.add((context or "", tuple(msgid) if isinstance(msgid, (list, tuple)) else msgid))
    if (TOP / "main.py").exists():
        for _line, msgid, _comments, context in extract_from_file("python", TOP / "main.py"):
            found.add((context or "", tuple(msgid) if isinstance(msgid, (list, tuple)) else msgid))
    return found


def test_every_message_in_the_code_is_translated_and_nothing_else_is(catalogue: Catalog) -> None:
    in_code = messages_in_code()
    translated = {key(message) for message in catalogue if message.id and all(translations(message))}
    listed = {key(message) for message in catalogue if message.id}
    assert in_code, "nothing was extracted: the extraction is broken"
    assert in_code - translated == set(), "not translated: add it to the catalogue, then `make messages`"
    assert listed - in_code == set(), "not used any more: `make messages` takes it out"
    assert not catalogue.obsolete


def test_words_inside_f_strings_are_translated_too(catalogue: Catalog) -> None:
    # Before Python 3.12 nothing is gathered from within an f-string: such a word has to stand elsewhere as well.
    translated = {message.id for message in catalogue if message.id and all(translations(message))}
    missing = set()
    for file in (TOP / "main.py", *(file for folder in FOLDERS for file in (TOP / folder).rglob("*.py"))):
        for string in ast.walk(ast.parse(file.read_text("utf-8"))):
            for node in ast.walk(string) if isinstance(string, ast.JoinedStr) else ():
                match node:
                    case ast.Call(func=ast.Name(id="_"), args=[ast.Constant(value=msgid)]) if msgid not in translated:
                        missing.add((file.name, msgid))
    assert missing == set()


def test_nothing_is_fuzzy(catalogue: Catalog) -> None:
    assert [message.id for message in catalogue if message.fuzzy and message.id] == []


def test_placeholders_agree(catalogue: Catalog) -> None:
    for message in catalogue:
        if not message.id:
            continue
        sources = message.id if isinstance(message.id, (list, tuple)) else (message.id,)
        wanted = set(PLACEHOLDER.findall(sources[-1]))
        for translation in translations(message):
            assert set(PLACEHOLDER.findall(translation)) == wanted, message.id


def test_compiled_catalogue_is_the_written_one(catalogue: Catalog) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    assert CATALOGUE.with_suffix(".mo").read_bytes() == compiled.getvalue()


def test_words_of_the_trade() -> None:
    set_language("zh")
    words = {
        "signed out": "签出",
        "Signed in": "签入",
        "available": "空闲",
        "ringing": "振铃",
        "on call": "通话",
        "on hold": "保持",
        "wrap-up": "话后",
        "not ready": "示忙",
        "break": "小休",
        "reverse": "反向",
        "Answer rate": "接通率",
        "Break rate": "小休率",
        "Occupancy": "在线利用率",
        "Waiting": "排队",
        "Longest wait": "最长等待",
        "Reverse time": "反向工时",
        "Service level": "服务水平",
        "The floor": "现场",
    }
    assert {msgid: _(msgid) for msgid in words} == words


def test_language_is_switched_while_running() -> None:
    set_language("en")
    assert (_("wrap-up"), language()) == ("wrap-up", "en")
    set_language("zh")
    assert (_("wrap-up"), language()) == ("话后", "zh")
    set_language("en")
    assert _("wrap-up") == "wrap-up"


def test_plurals_and_unknown_words() -> None:
    set_language("en")
    assert ngettext("{count} agent", "{count} agents", 1) == "{count} agent"
    assert ngettext("{count} agent", "{count} agents", 2) == "{count} agents"
    set_language("zh")
    assert ngettext("{count} agent", "{count} agents", 1) == ngettext("{count} agent", "{count} agents", 2)
    unknown = "a word no catalogue has"
    assert _(unknown) == pgettext("nowhere", unknown) == unknown
    assert _("") == "", "gettext answers the empty message with the header of the catalogue"


def test_a_word_in_every_language() -> None:
    assert in_every_language("not ready") == ("示忙", "not ready")


@pytest.mark.parametrize(
    ("option", "environ", "expected"),
    [
        ("en", {"LANG": "zh_CN.UTF-8"}, "en"),
        ("zh", {}, "zh"),
        (None, {"LANG": "zh_CN.UTF-8"}, "zh"),
        (None, {"LANG": "ZH_tw"}, "zh"),
        (None, {"LANG": "C.UTF-8"}, "en"),
        (None, {"LANG": "POSIX"}, "en"),
        (None, {"LANG": "de_DE.UTF-8"}, "en"),
        (None, {}, "en"),
        (None, {"LC_ALL": "", "LC_MESSAGES": "zh_CN", "LANG": "en_US"}, "zh"),
        (None, {"LC_ALL": "en_US", "LC_MESSAGES": "zh_CN", "LANG": "zh_CN"}, "en"),
    ],
)
def test_choice_of_language(option: str | None, environ: dict[str, str], expected: str) -> None:
    assert choose_language(option, environ) == expected


def test_an_unknown_language_is_refused_with_what_there_is() -> None:
    with pytest.raises(UsageProblem, match="zh, en"):
        choose_language("fr", {})
    with pytest.raises(UsageProblem, match="zh, en"):
        set_language("fr")
