from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.floor.ground import Ground


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    """An empty floor."""
    with Ground(tmp_path) as made:
        yield made
