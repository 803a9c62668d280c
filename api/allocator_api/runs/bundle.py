"""A finished run as one sealed file: what it was made from, what it gave, and how anybody makes it again.

The file is an RO-Crate (https://w3id.org/ro/crate/1.2): a ZIP with a description in JSON-LD. It is the same to the byte each time.
"""

from __future__ import annotations

import io
import json
import shlex
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from allocator_api.runs.tables import RunRow

DESCRIPTION = "ro-crate-metadata.json"
_TYPES = {".csv": "text/csv", ".json": "application/json", ".html": "text/html", ".yaml": "application/yaml", ".txt": "text/plain"}
#: The moment that every entry of the ZIP carries: the earliest that the format knows.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def sealed(row: RunRow, outputs: Mapping[str, bytes], library: Path | None) -> bytes:
    """Return the bundle of a finished run; `library` holds the baselines that are not shipped."""
    inputs = {file: text.encode() for file, text in row.texts.items()} | _baseline(outputs, library)
    files = {**inputs, **{f"outputs/{name}": content for name, content in outputs.items()}}
    entries = {DESCRIPTION: _described(row, inputs, files), **files}
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as bundle:
        for name in sorted(entries):
            bundle.writestr(ZipInfo(name, _EPOCH), entries[name], ZIP_DEFLATED)
    return buffer.getvalue()


def command(row: RunRow) -> str:
    """Return the command that makes a run again, in the folder of the bundle."""
    law = f"frameworks/{row.framework}.yaml"
    words = ["allocator", "run", row.scenario, *(["--framework", law if law in row.texts else row.framework] if row.framework else [])]
    words += [word for setting in row.settings for word in ("--set", setting)]
    words += ["--figures", "figures"] if row.figures != "none" else []
    return shlex.join([*words, "--lang", row.language, "--out", "again"])


def _baseline(outputs: Mapping[str, bytes], library: Path | None) -> dict[str, bytes]:
    """Return the files of the baseline, unless it is shipped."""
    named = [entry["file"] for entry in json.loads(outputs["manifest.json"])["inputs"] if entry["role"] == "baseline"]
    if library is None or not (library / "baseline" / named[0]).is_file():
        return {}
    folder = (library / "baseline" / named[0]).parent
    return {f"baseline/{folder.name}/{path.name}": path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def _described(row: RunRow, inputs: Mapping[str, bytes], files: Mapping[str, bytes]) -> bytes:
    versions = json.loads(files["outputs/manifest.json"])["versions"]
    ended = row.finished_at.isoformat() if isinstance(row.finished_at, datetime) else ""
    program = {"@id": "#program", "@type": "SoftwareApplication", "name": "stockpile-allocator", "version": versions["stockpile-allocator"]}
    action = {
        "@id": "#run",
        "@type": "CreateAction",
        "name": row.name,
        "description": f"Made again, in the folder of this bundle, by: {command(row)}",
        "endTime": ended,
        "instrument": {"@id": "#program"},
        "object": [{"@id": name} for name in sorted(inputs)],
        "result": [{"@id": name} for name in sorted(files) if name.startswith("outputs/")],
    }
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": f"Run {row.name}",
        "description": "A run of the allocator: inputs, outputs and how it is made again.",
        "datePublished": ended,
        "identifier": row.id,
        "license": "As the figures that it rests on; see sources.csv of the baseline.",
        "hasPart": [{"@id": name} for name in sorted(files)],
        "mentions": {"@id": "#run"},
    }
    about = {"@id": DESCRIPTION, "@type": "CreativeWork", "about": {"@id": "./"}, "conformsTo": {"@id": "https://w3id.org/ro/crate/1.2"}}
    graph = [about, root, action, program, *(_file(name, files[name]) for name in sorted(files))]
    return (json.dumps({"@context": "https://w3id.org/ro/crate/1.2/context", "@graph": graph}, indent=1) + "\n").encode()


def _file(name: str, content: bytes) -> dict[str, Any]:
    form = _TYPES.get(Path(name).suffix, "application/octet-stream")
    return {"@id": name, "@type": "File", "contentSize": str(len(content)), "encodingFormat": form, "sha256": sha256(content).hexdigest()}
