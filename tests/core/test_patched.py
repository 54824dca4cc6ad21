"""A patched mapping is what a dictionary would be, and the versions before it stay as they were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.patched import LEAST_PATCHES, Patched

CHANGES = st.lists(st.dictionaries(st.integers(0, 9), st.one_of(st.none(), st.integers()), max_size=5), max_size=12)


@given(st.dictionaries(st.integers(0, 9), st.integers()), CHANGES)
def test_it_is_what_a_dictionary_would_be(base: dict[int, int], steps: list[dict[int, int | None]]) -> None:
    versions, expected = [Patched(dict(base))], [dict(base)]
    for step in steps:
        versions.append(versions[-1].changed(step))
        after = {**expected[-1], **step}
        expected.append({key: value for key, value in after.items() if value is not None})
    for patched, plain in zip(versions, expected, strict=True):
        assert dict(patched) == plain
        assert len(patched) == len(plain)
        assert all((key in patched) == (key in plain) for key in range(10))
        assert [patched.get(key) for key in range(10)] == [plain.get(key) for key in range(10)]


def test_many_differences_become_a_new_base_and_what_is_gone_is_an_error() -> None:
    patched: Patched[int, int] = Patched({})
    for number in range(3 * LEAST_PATCHES):
        patched = patched.changed({number: number})
        assert len(patched._patches) <= LEAST_PATCHES
    patched = patched.changed({5: None})
    assert len(patched) == 3 * LEAST_PATCHES - 1
    with pytest.raises(KeyError):
        patched[5]
