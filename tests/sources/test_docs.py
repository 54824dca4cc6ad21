from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from app.core.events import event_schema
from app.sources.json_lines import JsonLinesParser
from app.sources.rows import KNOWN_WORDS

DOCS = Path(__file__).parents[2] / "docs"


def block(text: str, language: str) -> str:
    """The one code block of a language in a document."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert isinstance(found, str)
    return found


def test_the_bridge_in_the_document_works(tmp_path: Path) -> None:
    text = (DOCS / "bridging.md").read_text("utf-8")
    (tmp_path / "bridge.py").write_text(block(text, "python"), "utf-8")
    (tmp_path / "acd.csv").write_text(block(text, "csv"), "utf-8")
    printed = subprocess.run(
        [sys.executable, "-X", "utf8", "bridge.py", "acd.csv"], cwd=tmp_path, check=True, capture_output=True
    ).stdout
    assert printed.decode() == block(text, "json")
    drafts = [JsonLinesParser().parse(line) for line in printed.splitlines()]
    assert len(drafts) == block(text, "csv").count("\n") - 1
    assert None not in drafts


def test_every_kind_the_document_names_exists() -> None:
    text = (DOCS / "bridging.md").read_text("utf-8").partition("## What to send at least")[2]
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", text))
    assert len(named) > 10
    assert named <= set(event_schema()["discriminator"]["mapping"])


def test_every_word_that_is_understood_is_in_the_document() -> None:
    text = (DOCS / "queue-log.md").read_text("utf-8")
    table = [line for line in text.splitlines() if line.startswith("| ")]
    described = set(re.findall(r"\b[A-Z]{3,}\b", " ".join(line.split("|")[1] for line in table)))
    assert described >= KNOWN_WORDS
    ignored = {"CONFIGRELOAD", "PENALTY", "RINGINUSE", "OUTCALL", "AGENTDUMP", "SYSCOMPAT", "DID"}
    assert described - KNOWN_WORDS == ignored


def test_examples_in_the_documents_are_real_json() -> None:
    for line in block((DOCS / "bridging.md").read_text("utf-8"), "json").splitlines():
        assert json.loads(line)["kind"]
