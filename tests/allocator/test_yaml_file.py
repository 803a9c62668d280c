"""YAML 1.2 and nothing else, with the place of everything, and no way to make it run for long."""

from __future__ import annotations

import hashlib
import os
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.errors import InvalidInput
from allocator.yaml_file import MAX_BYTES, MAX_NODES, load_yaml, parse_yaml


def faults(content: str | bytes) -> list[str]:
    with pytest.raises(InvalidInput) as error:
        parse_yaml(content if isinstance(content, bytes) else content.encode(), "f.yaml", "A3")
    return [str(finding) for finding in error.value.findings]


def told(text: str) -> list[str]:
    """Faults that leave the rest readable."""
    return [str(finding) for finding in parse_yaml(text.encode(), "f.yaml", "A3").faults]


def tree(text: str) -> object:
    return parse_yaml(text.encode(), "f.yaml", "A3").tree


def test_scalars_follow_the_core_schema() -> None:
    text = "a: NO\nb: 010\nc: 0o17\nd: 0x1F\ne: 1.5e-3\nf: ~\ng: '5'\nh: true\ni: 2026-03\nj: 2026-13-45\nk: 8_000\nl: 12:30\nm: yes\n"
    assert tree(text) == {
        "a": "NO",
        "b": 10,
        "c": 15,
        "d": 31,
        "e": 0.0015,
        "f": None,
        "g": "5",
        "h": True,
        "i": "2026-03",
        "j": "2026-13-45",
        "k": "8_000",
        "l": "12:30",
        "m": "yes",
    }


def test_every_key_and_item_has_its_place() -> None:
    source = parse_yaml(b"# note\na: 1\nb: {c: 2, d: [x, y]}\ne:\n  - f: 3\n    g: 4\n  - z\n", "f.yaml", "A3")
    assert source.locate(("a",)) == (2, 1)
    assert source.locate(("b", "c")) == (3, 5)
    assert source.locate(("b", "d")) == (3, 11)
    assert source.locate(("b", "d", 1)) == (3, 18)
    assert source.locate(("e", 0)) == (5, 5)
    assert source.locate(("e", 0, "g")) == (6, 5)
    assert source.locate(("e", 1)) == (7, 5)
    assert source.locate(("e", 0, "missing")) == (5, 5)  # the nearest thing around it
    assert source.locate(()) == (2, 1)


def test_source_keeps_path_text_and_hash() -> None:
    source = parse_yaml(b"a: 1\n", "some/f.yaml", "A3")
    assert (source.path, source.text) == ("some/f.yaml", "a: 1\n")
    assert source.sha256 == hashlib.sha256(b"a: 1\n").hexdigest()


def test_a_byte_order_mark_and_windows_line_ends_are_read() -> None:
    source = parse_yaml(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", "f.yaml", "A3")
    assert source.tree == {"a": 1, "b": 2}
    assert source.locate(("b",)) == (2, 1)


def test_all_duplicate_keys_and_useless_numbers_are_found_at_once() -> None:
    text = "a: 1\nb: {c: .nan, c: 2}\nd: [-.inf, 1e999]\na: 3\n"
    expected = [
        "f.yaml:2:5: b.c: .nan is not a number that can be used; write a finite number  [A311]",
        "f.yaml:2:14: b.c: duplicate key; it is already on line 2, keep one of them  [A309]",
        "f.yaml:3:5: d.0: -.inf is not a number that can be used; write a finite number  [A311]",
        "f.yaml:3:12: d.1: 1e999 is too large or too long for a number; write a number of at most 40 characters  [A311]",
        "f.yaml:4:1: a: duplicate key; it is already on line 1, keep one of them  [A309]",
    ]
    assert told(text) == expected
    merge = "f.yaml:5:1: <<: merge keys are not part of YAML 1.2; write the keys out, or use 'extends' for a whole scenario  [A308]"
    assert faults(f"{text}<<: {{}}\n") == [*expected, merge]  # without the merged keys the rest says little


def test_a_number_of_thousands_of_digits_is_refused() -> None:
    (fault,) = told("a: " + "9" * 5000)
    assert "999999999999... is too large" in fault


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n" for before, name in zip("abcdef", "bcdefg", strict=True)
)


def test_a_bomb_of_seven_lines_is_refused_at_once() -> None:
    assert BOMB.count("\n") == 7
    begin = time.perf_counter()
    (fault,) = faults(BOMB)
    assert time.perf_counter() - begin < 1.0
    assert fault == f"f.yaml:5:4: aliases would expand this to more than {MAX_NODES} values; write out what is meant  [A310]"


def test_an_honest_alias_is_written_out_and_points_to_where_it_stands() -> None:
    source = parse_yaml(b"a: &x {k: 1}\nb: *x\n", "f.yaml", "A3")
    assert source.tree == {"a": {"k": 1}, "b": {"k": 1}}
    assert source.locate(("b", "k")) == (1, 8)


def test_an_alias_means_the_last_anchor_of_its_name_before_it() -> None:
    assert tree("a: &x 1\nb: *x\nc: &x 2\nd: *x\n") == {"a": 1, "b": 1, "c": 2, "d": 2}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &a [*a]\n", "1:4: this anchor contains itself through an alias; write it out  [A310]"),
        ("a: *nope\n", "1:4: not valid YAML: found undefined alias 'nope'  [A308]"),
        ("[" * 100_000, "1:31: more than 30 levels of nesting; write it flatter  [A310]"),
        ("", "1:1: the file is empty  [A308]"),
        ("# only a remark\n", "1:1: the file is empty  [A308]"),
        ("- a\n", "1:1: the file must be a mapping, 'key: value' on every line  [A308]"),
        (
            "a: !!python/object:os.system x\n",
            "1:4: the tag 'tag:yaml.org,2002:python/object:os.system' is not used here; delete it  [A308]",
        ),
        ("a: !!str 5\n", "1:4: the tag 'tag:yaml.org,2002:str' is not used here; delete it  [A308]"),
        ("%YAML 1.1\n---\na: NO\n", "2:1: only YAML 1.2 is read; delete the %YAML line  [A308]"),
        ("? [a]\n: b\n", "1:3: a key must be a word, a date or a whole number  [A308]"),
        ("a: 1\nb: \x00\n", "2:4: a control character is not allowed here; delete it  [A308]"),
    ],
)
def test_one_fault(text: str, expected: str) -> None:
    assert faults(text) == [f"f.yaml:{expected}"]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a:\n\tb: 1\n", "2:1", "indent with spaces, not tabs"),
        ("a: b: c\n", "1:5", "is a quote missing"),
        ("a: [1,\nb: 2", "2:5", "check brackets"),
        ("a: 'x\n", "2:1", "not valid YAML"),
        ("a: 1\n---\nb: 2\n", "2:1", "keep one document in a file"),
        ("<<: {a: 1}\n", "1:1", "merge keys are not part of YAML 1.2"),
        ('a: "\\U99999999"\n', "1:1", "not valid YAML"),
    ],
)
def test_syntax_faults_say_where_and_what_to_do(text: str, place: str, words: str) -> None:
    (fault,) = faults(text)
    assert fault.startswith(f"f.yaml:{place}: ")
    assert words in fault
    assert fault.endswith("[A308]")


def test_text_that_is_not_utf_8() -> None:
    assert faults(b"a: 1\nb: \xff\n") == ["f.yaml:2:4: byte 0xff is not UTF-8; save the file as UTF-8  [A300]"]


def test_too_many_values_are_refused() -> None:
    (fault,) = faults("a: [" + "1, " * (MAX_NODES + 1) + "1]")
    assert f"more than {MAX_NODES} values" in fault


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "hormuz.yaml").write_text("a: 1\n")
    (tmp_path / "large.yaml").write_text("a: " + "x" * MAX_BYTES)

    def fault(name: str) -> str:
        with pytest.raises(InvalidInput) as error:
            load_yaml(tmp_path / name, "A2")
        (finding,) = error.value.findings
        return str(finding).removeprefix(f"{tmp_path}/")

    assert fault("hormus.yaml") == "hormus.yaml: there is no such file; did you mean 'hormuz.yaml'?  [A200]"
    assert fault("quotas.yaml") == "quotas.yaml: there is no such file; check the path  [A200]", "only the end of the names is alike"
    assert "there is no folder" in fault("nowhere/x.yaml")
    assert fault("../" + tmp_path.name).endswith("this is a folder; name a file in it  [A200]")
    os.mkfifo(tmp_path / "pipe.yaml")  # nobody writes to it: reading it would never end
    assert fault("pipe.yaml").endswith("this is no regular file but a pipe or a device; save what it holds as a file  [A200]")
    assert fault("large.yaml") == (
        f"large.yaml: the file is larger than the {MAX_BYTES} bytes that are read; large tables belong in the baseline package  [A210]"
    )


@given(st.text(alphabet="ab:-,[]{}&*!|>'\"%@`#? \n\t\\x01~.é<", max_size=60))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    try:
        source = parse_yaml(text.encode(), "f.yaml", "A3")
    except InvalidInput as error:
        places = [(finding.line >= 1, finding.column >= 1) for finding in error.findings]
    else:
        places = [(isinstance(source.tree, dict), True)]
    assert places
    assert set(places) == {(True, True)}


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with suppress(InvalidInput):
        parse_yaml(content, "f.yaml", "A3")
