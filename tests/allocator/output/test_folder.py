"""Files appear all at once or not at all, and nobody else's are lost."""

import os
from pathlib import Path

import pytest

from allocator.errors import InvalidInput
from allocator.output import choose_target
from allocator.output.folder import appearing


def write(folder: Path, text: str) -> None:
    with appearing(folder) as beside:
        (beside / "summary.json").write_text(text)


def test_a_folder_appears_whole(tmp_path):
    write(tmp_path / "deep" / "out", "one")
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["out"]
    assert (tmp_path / "deep/out/summary.json").read_text() == "one"


def test_nothing_is_left_when_something_fails_midway(tmp_path):
    def fail() -> None:
        with appearing(tmp_path / "out") as beside:
            (beside / "allocation.csv").write_text("half")
            raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_the_old_folder_stands_when_the_new_one_fails_midway(tmp_path):
    write(tmp_path / "out", "old")

    def fail() -> None:
        with appearing(tmp_path / "out") as beside:
            (beside / "summary.json").write_text("half")
            raise OSError(28, "No space left on device")

    with pytest.raises(InvalidInput, match=r"cannot be written \(No space left on device\); nothing was changed  \[A703\]"):
        fail()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out/summary.json").read_text() == "old"


def test_the_old_folder_comes_back_when_the_new_one_cannot_take_its_place(tmp_path, monkeypatch):
    write(tmp_path / "out", "old")
    rename = Path.rename

    def refuse(self, target):
        if self.name.startswith(".out-") and not self.name.startswith(".out-old"):
            raise PermissionError(13, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(InvalidInput, match="A703"):
        write(tmp_path / "out", "new")
    assert (tmp_path / "out/summary.json").read_text() == "old"


def test_files_that_no_run_writes_are_kept(tmp_path):
    out = tmp_path / "out"
    write(out, "old")
    (out / "notes.txt").write_text("mine")
    (out / "report.html").write_text("of an earlier run")
    write(out, "new")
    assert sorted(path.name for path in out.iterdir()) == ["notes.txt", "summary.json"]
    assert (out / "notes.txt").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_that_is_not_empty_is_refused_unless_it_may_be_overwritten(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InvalidInput, match=r"not empty; name another one, or add --overwrite  \[A702\]"):
        choose_target(tmp_path, overwrite=False)
    assert choose_target(tmp_path, overwrite=True).of("any") == tmp_path


def test_an_empty_or_new_folder_is_taken(tmp_path):
    assert choose_target(tmp_path, overwrite=False).folder == tmp_path
    assert choose_target(tmp_path / "new", overwrite=False).folder == tmp_path / "new"
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_refused(tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(InvalidInput, match=r"this is a file; name a folder  \[A701\]"):
        choose_target(file, overwrite=True)
    with pytest.raises(InvalidInput, match=r"'file' on the way is a file; name another folder  \[A701\]"):
        choose_target(file / "below", overwrite=True)


def test_a_place_without_permission_is_refused_before_anything_is_computed(tmp_path, monkeypatch):
    def refuse(*_args, **_keywords):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    with pytest.raises(InvalidInput, match=r"cannot write in .*Permission denied.*name another folder with --out  \[A703\]"):
        choose_target(tmp_path / "out", overwrite=False)


def test_the_default_folder_carries_the_name_of_the_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert choose_target(None, overwrite=False).of("tiny-12345678") == Path("runs/tiny-12345678")


@pytest.mark.skipif(os.name == "nt", reason="permissions of folders are another matter there")
def test_the_folder_can_be_read_by_others(tmp_path):
    write(tmp_path / "out", "one")
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o755
