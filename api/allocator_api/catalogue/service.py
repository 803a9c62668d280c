"""What a scenario or framework id stands for, and the folder of files that a run is made from."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from threading import Lock
from types import MappingProxyType

from allocator.case import resolve_case
from allocator.errors import Finding, InvalidInput
from allocator.framework import framework_of
from allocator.inputs import read_inputs
from allocator.scenario.files import ids_in, shipped
from allocator.yaml_file import parse_yaml
from allocator_api.audit_events.repository import append
from allocator_api.catalogue.repository import added
from allocator_api.catalogue.tables import Added
from allocator_api.database import Database
from allocator_api.identity import Caller
from allocator_api.problems import Problem, found_wrong, missing

AREAS = {"scenario": "A3", "framework": "A2"}
#: Name of the file under which a posted text is checked.
POSTED = "posted.yaml"
#: Folder of own figures among the files of a run.
FIGURES = "figures"
ID = re.compile(r"[a-z0-9_]{1,100}")
_CHECKING = Lock()  # checks are pure computing: two at once would only make both late


@dataclass(frozen=True)
class Document:
    """A scenario or framework.

    Attributes:
        kind: scenario or framework.
        id: as it stands in the text.
        origin: shipped, library or added.
        text: the YAML.
    """

    kind: str
    id: str
    origin: str
    text: str

    @property
    def file(self) -> str:
        """Its file, seen from the folder of a run."""
        return f"{self.id}.yaml" if self.kind == "scenario" else f"frameworks/{self.id}.yaml"


class Catalogue:
    """What there is; `library` is a folder of scenarios, ``frameworks/`` and ``baseline/`` besides the shipped ones."""

    def __init__(self, database: Database, library: Path | None, max_cells: int) -> None:
        self._database, self.library, self._max_cells = database, library, max_cells

    def documents(self, caller: Caller, kind: str) -> dict[str, Document]:
        """Return every document that the caller may name, by id."""
        files = {id_: ("shipped", path) for id_, path in shipped(kind).items()}
        if self.library is not None:
            folder = self.library / "frameworks" if kind == "framework" else self.library
            files |= {id_: ("library", path) for id_, path in ids_in(folder, kind).items()}
        found = {id_: Document(kind, id_, origin, path.read_text(encoding="utf-8")) for id_, (origin, path) in files.items()}
        with self._database.reading(caller.tenant) as session:
            found |= {row.id: Document(kind, row.id, "added", row.text) for row in added(session, kind)}
        return dict(sorted(found.items()))

    def document(self, caller: Caller, kind: str, id_: str) -> Document:
        """Return one document. Raises `Problem` 404 if there is none."""
        found = self.documents(caller, kind).get(id_)
        if found is None:
            raise missing()
        return found

    def posted(self, kind: str, text: str) -> Document:
        """Return the document that a text holds. Raises `Problem` 400 if its form does not allow that."""
        return Document(kind, _id_of(kind, text), "added", text)

    def add(self, caller: Caller, kind: str, text: str) -> Document:
        """Add a document. Raises `Problem` 400 with every fault, 409 if its id is taken."""
        document = self.posted(kind, text)
        if document.id in self.documents(caller, kind):
            raise Problem(409, f"There is a {kind} '{document.id}' already, and none is ever changed; give this one another id.")
        findings = self.check(caller, document) if kind == "scenario" else _check_framework(text)
        if findings:
            raise found_wrong(findings)
        with self._database.writing(caller.tenant) as session:
            session.add(Added(owner=caller.tenant, kind=kind, id=document.id, text=text, created_by=caller.name))
            append(session, caller.name, f"{kind} added", document.id)
        return document

    def gather(self, caller: Caller, scenario: Document, framework: str | None = None) -> dict[str, str]:
        """Return the texts by file that a scenario needs and that are not shipped: itself, what it extends, their frameworks."""
        scenarios, frameworks = self.documents(caller, "scenario"), self.documents(caller, "framework")
        wanted: dict[str, str] = {}
        current: Document | None = scenario
        while current is not None and current.file not in wanted:
            wanted[current.file] = current.text
            tree = _tree("scenario", current.text)
            laws = [frameworks[name] for name in (framework, tree.get("framework")) if isinstance(name, str) and name in frameworks]
            wanted |= {law.file: law.text for law in laws}
            current = scenarios.get(str(tree.get("extends")))
        ship = {document.file for document in (*scenarios.values(), *frameworks.values()) if document.origin == "shipped"}
        return {file: text for file, text in sorted(wanted.items()) if file not in ship}

    def check(
        self,
        caller: Caller,
        scenario: Document,
        framework: str | None = None,
        settings: tuple[str, ...] = (),
        figures: Mapping[str, str] = MappingProxyType({}),
    ) -> tuple[Finding, ...]:
        """Return every fault of a scenario, as a run would find them; computing only, no transaction is open meanwhile."""
        files = (*self.gather(caller, scenario, framework).items(), *figures.items())
        with _CHECKING:
            findings, cells = _checked(files, self.library, scenario.id, framework, settings)
        if cells > self._max_cells:
            told = f"The scenario asks about {cells} claims and periods, more than the {self._max_cells} that are run here"
            raise Problem(400, f"{told}; ask for fewer periods, regions or commodities.")
        return findings


@contextmanager
def laid_out(files: Mapping[str, str], library: Path | None) -> Iterator[Path]:
    """Give a folder in which the files stand as `allocator run` would find them, baselines of the library included."""
    with tempfile.TemporaryDirectory(prefix="allocator-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for file, text in files.items():
            (folder / file).parent.mkdir(exist_ok=True)
            (folder / file).write_bytes(text.encode())
        if library is not None and (library / "baseline").is_dir():
            shutil.copytree(library / "baseline", folder / "baseline")
        yield folder


def figures_in(folder: Path) -> Path | None:
    """Return the folder of own figures that was laid out, None where there is none."""
    return folder / FIGURES if (folder / FIGURES).is_dir() else None


@lru_cache(maxsize=256)
def _checked(
    files: tuple[tuple[str, str], ...], library: Path | None, scenario: str, framework: str | None, settings: tuple[str, ...]
) -> tuple[tuple[Finding, ...], int]:
    """Return every fault, and how many cells the case has."""
    with laid_out(dict(files), library) as folder:
        own, law = folder / f"{scenario}.yaml", folder / "frameworks" / f"{framework}.yaml"
        try:
            named = str(law) if law.exists() else framework
            inputs = read_inputs(own if own.exists() else scenario, named, settings, figures_in(folder))
            case = resolve_case(inputs.baseline, inputs.scenario, inputs.framework)
        except InvalidInput as error:
            return tuple(seen_from(folder, finding) for finding in error.findings), 0
    return (), len(case.cells)


def seen_from(folder: Path, finding: Finding) -> Finding:
    """Return a finding that names files as seen from the folder: where that is concerns nobody."""
    away = f"{folder}/"
    return replace(finding, file=finding.file.replace(away, ""), message=finding.message.replace(away, "").replace(str(folder), "."))


def _id_of(kind: str, text: str) -> str:
    """Return the id of a posted text. Raises `Problem` 400 if it has none, or names files: here everything is named by its id."""
    tree = _tree(kind, text)
    written = tree.get(kind)
    if not isinstance(written, str) or not ID.fullmatch(written):
        message = f"this key is missing or no id; begin the file with '{kind}: my_{kind}'"
        raise found_wrong([Finding(POSTED, 1, 1, kind, message, f"{AREAS[kind]}02")])
    by_path = [key for key in ("extends", "framework", "baseline") if key != kind and not _is_id(tree.get(key))]
    if by_path:
        message = "the service reads no files; name it by its id, and post it first if it is not shipped"
        raise found_wrong([Finding(POSTED, 0, 0, key, message, f"{AREAS[kind]}22") for key in by_path])
    return written


def _is_id(value: object) -> bool:
    return value is None or (isinstance(value, str) and ID.fullmatch(value) is not None)


def _tree(kind: str, text: str) -> Mapping[str | int, object]:
    tree = parse_yaml(text.encode(), POSTED, AREAS[kind]).tree
    return tree if isinstance(tree, dict) else {}


def _check_framework(text: str) -> tuple[Finding, ...]:
    try:
        framework_of(parse_yaml(text.encode(), POSTED, AREAS["framework"]))
    except InvalidInput as error:
        return error.findings
    return ()
