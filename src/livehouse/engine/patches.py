"""JSON merge patches (RFC 7396): what changed between two states, and how to follow.

Nothing is changed in place: what a patch does not touch is shared between the old state and the
new one, so following costs what changed and not what is there.
"""

from collections.abc import Mapping
from typing import TypeAlias, Union

from livehouse.engine.canonical import State, Value

# A state in which `None` stands for "delete this key"; so a state itself never holds `None`.
Patch: TypeAlias = Mapping[str, Union[Value, "Patch", None]]


def diff(old: State, new: State) -> dict[str, object]:
    """The patch that makes `new` of `old`; empty when they are equal."""
    if old is new:
        return {}
    patch: dict[str, object] = dict.fromkeys(old.keys() - new.keys())
    for key, value in new.items():
        before = old.get(key)
        if before is value:
            continue
        if isinstance(value, dict) and isinstance(before, dict):
            inner = diff(before, value)
            if inner:
                patch[key] = inner
        elif not _same(before, value):
            patch[key] = value
    return patch


def apply(state: State, patch: Mapping[str, object]) -> State:
    """The state after the patch; neither of them is changed."""
    result = dict(state)
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Mapping):
            before = result.get(key)
            result[key] = apply(before if isinstance(before, dict) else {}, value)
        else:
            assert isinstance(value, bool | int | str), "a patch holds what a state may hold"
            result[key] = value
    return result


def _same(before: Value | None, value: Value) -> bool:
    # In Python True equals 1, in JSON it does not.
    return type(before) is type(value) and before == value
