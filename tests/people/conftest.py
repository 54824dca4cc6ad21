from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.people.ground import UNITS, Ground, ground_in


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    """A database with the usual units."""
    with ground_in(tmp_path) as made:
        assert made.units(UNITS).count("added") == 4
        yield made
