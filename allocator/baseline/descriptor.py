"""``datapackage.json``: what other programs read of a package must agree with its files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from allocator.baseline.layout import TABLES
from allocator.errors import Finding

DESCRIPTOR = "datapackage.json"
_REMEDY = "copy the file from the shipped baseline"


def faults_of_descriptor(folder: Path) -> list[Finding]:
    """Return what is wrong with the descriptor of a package (A120): missing, no JSON, or not about the tables that are there."""
    shown = str(folder / DESCRIPTOR)
    try:
        content = json.loads((folder / DESCRIPTOR).read_bytes().decode("utf-8-sig"))
    except OSError:
        return [Finding(shown, 0, 0, "", f"no such file; {_REMEDY}", "A120")]
    except UnicodeDecodeError:
        return [Finding(shown, 0, 0, "", f"the file is not UTF-8; save it again as UTF-8, or {_REMEDY}", "A120")]
    except json.JSONDecodeError as fault:
        return [Finding(shown, fault.lineno, fault.colno, "", f"not valid JSON ({fault.msg}); correct this place, or {_REMEDY}", "A120")]
    except RecursionError:
        return [Finding(shown, 0, 0, "", f"brackets nested too deep; {_REMEDY}", "A120")]
    return [Finding(shown, 0, 0, path, message, "A120") for path, message in _faults(content, folder)]


def _faults(content: object, folder: Path) -> Iterator[tuple[str, str]]:
    resources = content.get("resources") if isinstance(content, dict) else None
    if not isinstance(resources, list) or not all(isinstance(resource, dict) for resource in resources):
        yield "resources", f"a list of the tables is missing; {_REMEDY}"
        return
    described = {str(resource.get("path")): resource for resource in resources}
    for table in TABLES.values():
        if table.file not in described:
            if (folder / table.file).exists():
                yield "resources", f"{table.file} is not described; add it, or {_REMEDY}"
            continue
        fields = _headings(described[table.file])
        if sorted({*fields, *table.left_out}) != sorted(table.names):
            message = f"the fields of {table.file} are {', '.join(fields) or 'missing'}; expected {', '.join(table.names)}"
            yield "resources", f"{message}; correct them, or {_REMEDY}"
    for path in sorted(described):
        if not (folder / path).exists() and path not in {table.file for table in TABLES.values() if not table.optional}:
            yield "resources", f"'{path}' is described but is not in this folder; remove it there, or add the file"


def _headings(resource: dict[str, object]) -> list[str]:
    schema = resource.get("schema")
    fields = schema.get("fields") if isinstance(schema, dict) else None
    return [str(field.get("name")) for field in fields if isinstance(field, dict)] if isinstance(fields, list) else []
