"""What every journey starts from: an empty home, and terminals that are gone when it ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.house import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A home of its own, with a database that does not exist yet."""
    made = House(tmp_path)
    yield made
    made.close()
