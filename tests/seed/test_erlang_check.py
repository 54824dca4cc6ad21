from __future__ import annotations

import pytest

from seed import erlang_check
from seed.erlang_check import ABANDON_SHARE, ANSWERED_WITHIN_SHARE, check, plain_scenario


def test_what_the_simulator_is_held_to_is_what_erlang_a_is_known_to_give() -> None:
    assert pytest.approx(0.03454, abs=5e-6) == ABANDON_SHARE
    assert pytest.approx(0.91638, abs=5e-6) == ANSWERED_WITHIN_SHARE


def test_the_simulator_covers_erlang_a() -> None:
    abandoned, answered = check(runs=20, hours=5)
    assert abandoned.covered, abandoned
    assert answered.covered, answered
    # Runs too short to tell right from wrong would cover anything.
    assert abandoned.standard_error < 0.004
    assert answered.standard_error < 0.015


def test_a_floor_with_other_patience_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = plain_scenario()
    queue = plain.queues[0]
    patient = queue.model_copy(update={"patience": queue.patience.model_copy(update={"mean_seconds": 1200})})
    monkeypatch.setattr(erlang_check, "plain_scenario", lambda: plain.model_copy(update={"queues": (patient,)}))
    abandoned, answered = check(runs=5, hours=4)
    assert not abandoned.covered, abandoned
    assert abandoned.mean < ABANDON_SHARE
    assert answered.mean < ANSWERED_WITHIN_SHARE
