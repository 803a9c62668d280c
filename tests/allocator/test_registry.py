"""The registry refuses what nobody could find or read later."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from allocator.registry import Registry, RegistryError, UnknownNameError


def documented() -> None:
    """Do nothing."""


def test_entries_are_sorted_and_the_error_names_what_there_is() -> None:
    registry: Registry[object] = Registry("lever")
    registry.register("reserve_release")(documented)
    registry.register("demand_restraint")(documented)
    assert list(registry) == ["demand_restraint", "reserve_release"]
    assert "reserve_release" in registry
    assert "reserve_releas" not in registry
    with pytest.raises(UnknownNameError) as error:
        registry["reserve_releas"]
    assert str(error.value) == (
        "there is no lever 'reserve_releas'; did you mean 'reserve_release'? (there is demand_restraint, reserve_release)"
    )


def test_doubled_undocumented_and_badly_named_entries_are_refused() -> None:
    registry: Registry[object] = Registry("lever")
    registry.register("one")(documented)
    with pytest.raises(RegistryError, match="registered twice"):
        registry.register("one")(documented)
    with pytest.raises(RegistryError, match="no docstring"):
        registry.register("two")(lambda: None)
    with pytest.raises(RegistryError, match="lower case words"):
        registry.register("Not-Snake")(documented)


def test_a_docstring_is_not_inherited() -> None:
    class Documented:
        """It does something."""

    class Silent(Documented):
        pass

    with pytest.raises(RegistryError, match="no docstring"):
        Registry("lever").register("silent")(Silent)


def test_modules_of_the_folder_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "found_by_folder"
    folder.mkdir()
    (folder / "__init__.py").write_text("from allocator.registry import Registry\nTHINGS = Registry('thing', __name__)\n")
    entry = "from found_by_folder import THINGS\n@THINGS.register('{0}')\ndef f():\n    'Do {0}.'\n"
    (folder / "b.py").write_text(entry.format("second"))
    (folder / "a.py").write_text(entry.format("first"))
    (folder / "_shared.py").write_text("raise RuntimeError('never imported')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    from found_by_folder import THINGS

    assert list(THINGS) == ["first", "second"]
    for name in [name for name in sys.modules if name.startswith("found_by_folder")]:
        monkeypatch.delitem(sys.modules, name)


def test_threads_that_read_it_first_see_all_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that came while another read the folder once saw nothing: a rule of a tier was not found."""
    folder = tmp_path / "slow_things"
    folder.mkdir()
    head = "from allocator.registry import Registry\nTHINGS = Registry('thing', __name__)\n"
    (folder / "__init__.py").write_text(head, encoding="utf-8")
    thing = "import time\nfrom slow_things import THINGS\ntime.sleep(0.3)\n@THINGS.register('one')\ndef one():\n    'One.'\n"
    (folder / "one.py").write_text(thing, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    registry = __import__("slow_things").THINGS
    with ThreadPoolExecutor(2) as pool:
        assert [list(names) for names in pool.map(lambda _: list(registry), range(2))] == [["one"], ["one"]]
    for name in ("slow_things", "slow_things.one"):
        sys.modules.pop(name)


def test_a_module_that_registers_nothing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "empty_module"
    folder.mkdir()
    (folder / "__init__.py").write_text("from allocator.registry import Registry\nTHINGS = Registry('thing', __name__)\n")
    (folder / "nothing.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    from empty_module import THINGS

    with pytest.raises(RegistryError, match=r"empty_module\.nothing registers no thing"):
        list(THINGS)
    for name in [name for name in sys.modules if name.startswith("empty_module")]:
        monkeypatch.delitem(sys.modules, name)
