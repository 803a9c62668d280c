"""Damage to files: to their bytes, and to the tree of a YAML file."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

#: What may stand where something else belongs.
VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 1e300, 10**30, -0.0, "", " ", "x", "NLD", "all", "2026-13", "2026-03", "no", "95%"),
    *([], [[]], {}, {"a": {"b": []}}, ["x", "x"], {1: 2}, "é" * 200, "a\nb", "[", "*a", "1_000", "0x10", "=1+1"),
)
#: What may be put among the bytes: encodings, signs of YAML and CSV, numbers that are none.
PIECES = (
    *(b"\xff", b"\xfe\xff", b"\xe9", b"\x00", b"\xef\xbb\xbf", b"\r", b"\n", b"\t", b"\n\n", b"  "),
    *(b"{", b"}", b"[", b"]", b":", b",", b";", b'"', b"'", b"#", b"- ", b"&a ", b"*a", b"!!str ", b"<<: ", b"---\n", b"%YAML 1.1\n"),
    *(b"nan", b"inf", b".nan", b"1e999", b"-1", b"9" * 50, b"1.234,5", b"null", b"NA", b"=1+1", b"[" * 40),
)
BYTES = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 40), st.sampled_from(PIECES)), min_size=1, max_size=3)


def damaged(content: bytes, cuts: list[tuple[int, int, bytes]]) -> bytes:
    """Replace stretches of bytes by pieces."""
    for at, length, piece in cuts:
        place = at % (len(content) + 1)
        content = content[:place] + piece + content[place + length :]
    return content


def places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of everything in a tree."""
    parts = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    found = [path] if path else []
    for key, part in parts:
        found += places(part, (*path, key))
    return found


@st.composite
def trees(draw: st.DrawFn, tree: Any) -> Any:
    """Draw a tree with one to three parts dropped, doubled, of another type, or under a misspelt key."""
    tree = _copy(tree)
    for _ in range(draw(st.integers(1, 3))):
        there = places(tree)
        if not there:
            return tree
        *way, key = draw(st.sampled_from(there))
        holder = tree
        for step in way:
            holder = holder[step]
        kind = draw(st.sampled_from(("drop", "retype", "misspell", "double")))
        if kind == "drop":
            del holder[key]
        elif kind == "retype" or (isinstance(key, int) and kind == "misspell"):
            holder[key] = draw(st.sampled_from(VALUES))
        elif isinstance(holder, list):
            holder.append(_copy(holder[key]))
        elif kind == "misspell":
            holder[str(key)[:-1] + "q"] = holder.pop(key)
        else:
            holder[f"{key} "] = _copy(holder[key])
    return tree


def _copy(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _copy(part) for key, part in tree.items()}
    return [_copy(part) for part in tree] if isinstance(tree, (list, tuple)) else tree
