"""``manifest.json``: what the run was made from, so that anybody can make it again and compare."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from allocator.run import Run


def manifest(run: Run, contents: Mapping[str, bytes]) -> dict[str, Any]:
    """Return the content of ``manifest.json``; nothing in it depends on when or where the run was made.

    Args:
        run: the run.
        contents: files it wrote, without the summary, whose seconds differ from run to run.
    """
    return {
        "run": run.name,
        "case_hash": run.case.sha256,
        "classification": run.baseline.classification,
        "framework_status": run.framework.status,
        "arguments": asdict(run.arguments),
        "settings": list(run.overrides),
        "inputs": [{"role": file.role, "file": file.name, "sha256": file.sha256} for file in run.inputs],
        "versions": dict(run.versions),
        "solver": {key: value for key, value in run.options.items() if key != "random_seed"},
        "seed": run.options["random_seed"],
        "limits_moved": run.explanation.moved,
        "limits_not_moved": run.explanation.unmoved,
        "outputs": [{"file": name, "sha256": hashlib.sha256(contents[name]).hexdigest()} for name in sorted(contents)],
    }
