"""What is decided about figures: whether they can be read, are the partner's own, and follow the revision that it saw."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.exc import IntegrityError

from allocator.baseline.figures import LABEL, read_figures
from allocator.baseline.layout import TABLES
from allocator.errors import Finding
from allocator.output.text import exact_csv_text
from allocator_api.audit_events.repository import append
from allocator_api.catalogue.service import FIGURES
from allocator_api.database import Database
from allocator_api.figures.repository import newest, revisions
from allocator_api.figures.tables import FigureRow
from allocator_api.identity import Caller, Role
from allocator_api.problems import Problem, found_wrong, missing

#: Tables that a partner keeps, and the columns that must name the partner itself.
KINDS = {"reserves": ("owner", "region"), "demands": ("region",)}
#: Label under which figures are read to be checked; none of it stays.
CHECKED = "checked"
_SUFFIXES = {
    "text/csv": ".csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/json": ".json",
}


class Figures:
    """The figures of all partners; `classification` marks what is made from them."""

    def __init__(self, database: Database, classification: str) -> None:
        self._database, self._classification = database, classification

    def read(self, caller: Caller, kind: str, partner: str | None, revision: int | None = None) -> FigureRow:
        """Return a revision, or the newest. Raises `Problem` 404 if the caller may see none."""
        found = self.revisions(caller, kind, partner)
        row = next((row for row in found if revision in (None, row.revision)), None)
        if row is None:
            raise missing()
        return row

    def revisions(self, caller: Caller, kind: str, partner: str | None) -> Sequence[FigureRow]:
        """Return the revisions, the newest first. Raises `Problem` 400 if it is not clear whose."""
        owner = partner or caller.partner
        if owner is None:
            raise Problem(400, "Say whose figures: add ?partner=NLD, the region of the partner.")
        with self._database.reading(caller.tenant) as session:
            return revisions(session, owner, kind)

    def write(self, caller: Caller, kind: str, content: bytes, media_type: str, match: str | None, none_match: str | None) -> FigureRow:
        """Add a revision. Raises `Problem` 400 with all faults, 412 if another came since, 428 if it is not said what is replaced."""
        owner = caller.partner
        if owner is None:
            raise Problem(403, "Only a partner writes figures, and only its own.")
        if match is None and none_match != "*":
            raise Problem(428, 'Send the ETag that you read in If-Match, or "If-None-Match: *" for the first figures.')
        text = canonical(kind, owner, content, media_type)
        try:
            with self._database.writing(caller.tenant) as session:
                known = revisions(session, owner, kind)
                now = known[0].revision if known else 0
                if (match is None and now) or (match is not None and match != etag(now)):
                    raise Problem(412, "The figures are not at that revision; read them again, and change what is there.")
                row = FigureRow(owner=owner, kind=kind, revision=now + 1, content=text, created_by=caller.name)
                session.add(row)
                append(session, caller.name, "figures written", f"{owner} {kind} {row.revision}")
        except IntegrityError:
            raise Problem(412, "Somebody wrote figures at the same moment; read them again, and change what is there.") from None
        return row

    def laid_over(self, caller: Caller, which: str) -> dict[str, str]:
        """Return the files of figures that a run uses: none, the caller's own, or those of all partners."""
        if which == "none":
            return {}
        if (which == "own") != (caller.role is Role.PARTNER):
            raise Problem(403, "A partner runs with its own figures, the crisis team with those of the partners.")
        files = {}
        with self._database.reading(caller.tenant) as session:
            for kind in KINDS:
                texts = [row.content for row in newest(session, kind).values()]
                if texts:
                    head = texts[0].split("\n", 1)[0]
                    files[f"{FIGURES}/{kind}.csv"] = "\n".join([head, *(text.split("\n", 1)[1].rstrip("\n") for text in texts), ""])
        if not files:
            raise Problem(409, "There are no figures yet; write some first, or run without.")
        return {f"{FIGURES}/{LABEL}": f"{self._classification}\n", **files}


def etag(revision: int) -> str:
    """Return the ETag of a revision."""
    return f'"{revision}"'


def canonical(kind: str, owner: str, content: bytes, media_type: str) -> str:
    """Return rows of figures as CSV in one form, by their keys. Raises `Problem` 400 with every fault, 415 for another form."""
    suffix = _SUFFIXES.get(media_type.split(";")[0].strip().lower())
    if suffix is None:
        raise Problem(415, f"Send the rows as {', '.join(_SUFFIXES)}.")
    if suffix == ".json":
        content, suffix = _as_csv(kind, content), ".csv"
    with tempfile.TemporaryDirectory(prefix="allocator-") as name:
        folder = Path(name)
        (folder / LABEL).write_text(CHECKED, encoding="utf-8")
        (folder / f"{kind}{suffix}").write_bytes(content)
        read = read_figures(folder)
        findings = [_named(folder, finding) for found in read.findings.values() for finding in found]
    if findings:
        raise found_wrong(findings)
    table = read.tables[kind].sort_values(list(TABLES[kind].key), kind="stable")
    foreign = [
        Finding(f"{kind}{suffix}", row + 2, 0, column, f"'{value}' is not {owner}; a partner writes its own figures", "A111")
        for column in KINDS[kind]
        for row, value in zip(table.index.tolist(), table[column], strict=True)
        if value != owner
    ]
    if foreign:
        raise found_wrong(foreign)
    return exact_csv_text({column: table[column].tolist() for column in TABLES[kind].names if column in table})


def rows_of(text: str) -> list[dict[str, str]]:
    """Return the rows of figures; every cell is text, as it would stand in a file."""
    return list(csv.DictReader(io.StringIO(text)))


def _as_csv(kind: str, content: bytes) -> bytes:
    try:
        rows = json.loads(content)["rows"]
        cells = [{str(name): str(value) for name, value in row.items()} for row in rows]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Problem(400, 'Send {"rows": [{"column": value, ...}, ...]}, with the columns of the table.') from None
    buffer = io.StringIO()
    heads = list(dict.fromkeys(name for row in cells for name in row)) or list(TABLES[kind].names)
    writer = csv.DictWriter(buffer, heads, lineterminator="\n")
    writer.writeheader()
    writer.writerows(cells)
    return buffer.getvalue().encode("utf-8", errors="replace")


def _named(folder: Path, finding: Finding) -> Finding:
    away = f"{folder}/"
    return Finding(
        finding.file.replace(away, ""), finding.line, finding.column, finding.path, finding.message.replace(away, ""), finding.code
    )
