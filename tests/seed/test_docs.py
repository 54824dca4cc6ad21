"""docs/simulator.md says what there is, and its example runs."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import BaseModel

from seed.erlang_check import ABANDON_SHARE, ANSWERED_WITHIN_SHARE
from seed.scenario import Scenario

PAGE = (Path(__file__).parents[2] / "docs" / "simulator.md").read_text(encoding="utf-8")


def _models(model: type[BaseModel], seen: set[type[BaseModel]]) -> set[type[BaseModel]]:
    if model not in seen:
        seen.add(model)
        for field in model.model_fields.values():
            for part in _parts(field.annotation):
                _models(part, seen)
    return seen


def _parts(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [part for inner in getattr(annotation, "__args__", ()) for part in _parts(inner)]


def test_every_field_of_a_scenario_is_described() -> None:
    models = _models(Scenario, set())
    assert len(models) == 23
    words = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`[^`\n]+`", PAGE))))
    fields = {name for model in models for name in model.model_fields}
    assert fields - words == set()


def test_the_figures_of_erlang_a_are_those_of_the_code() -> None:
    assert f"| abandoned | {ABANDON_SHARE:.5f} |" in PAGE
    assert f"| answered within 20 s | {ANSWERED_WITHIN_SHARE:.5f} |" in PAGE


def test_the_example_runs() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    space: dict[str, object] = {}
    exec(compile(example, "docs/simulator.md", "exec"), space)
    assert isinstance(space["drafts"], list)
