"""JSON merge patches (RFC 7396): what changed between two states, and how to follow.

Nothing is changed in place: what a patch does not touch is shared between the old state and the
new one, so following costs what changed and not what is there.
"""

from collections.abc import Mapping
from typing import TypeAlias, cast

from livehouse.engine.canonical import State

# A state in which `None` stands for "delete this key"; so a state itself never holds `None`.
Patch: TypeAlias = Mapping[str, object]


def diff(old: Mapping[str, object], new: Mapping[str, object]) -> dict[str, object]:
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


def apply(state: State, patch: Patch) -> State:
    """The state after the patch; neither of them is changed."""
    return cast(State, _merged(state, patch))


def _merged(target: Mapping[str, object], patch: Patch) -> dict[str, object]:
    result = dict(target)
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Mapping):
            before = result.get(key)
            result[key] = _merged(before if isinstance(before, Mapping) else {}, value)
        else:
            result[key] = value
    return result


def _same(before: object, value: object) -> bool:
    # In Python True equals 1, in JSON it does not.
    return type(before) is type(value) and before == value
