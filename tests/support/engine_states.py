"""Strategies for room states and patches."""

from hypothesis import strategies as st

from livehouse.engine.canonical import State
from livehouse.engine.limits import INTEGER_MAX

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
keys = st.sampled_from(["a", "b", "offers", "left", "é", "😀", "ﬀ", "1", "10"]) | text.filter(
    lambda key: key != "__proto__"
)
leaves = st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | text
values = st.recursive(leaves, lambda inner: st.dictionaries(keys, inner, max_size=4), max_leaves=12)


def states() -> st.SearchStrategy[State]:
    return st.dictionaries(keys, values, max_size=5)
