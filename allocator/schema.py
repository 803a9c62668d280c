"""JSON Schema of scenarios and frameworks, for editors that complete and check while one types."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from allocator.framework import Framework
from allocator.scenario import Scenario

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def scenario_schema() -> dict[str, Any]:
    """Return the schema of a scenario file; one that extends another need not repeat its keys."""
    schema = _schema(Scenario)
    always = [key for key in schema.pop("required") if key != "scenario"]
    return {**schema, "required": ["scenario"], "anyOf": [{"required": ["extends"]}, {"required": always}]}


def framework_schema() -> dict[str, Any]:
    """Return the schema of a framework file."""
    return _schema(Framework)


SCHEMAS: Mapping[str, Callable[[], dict[str, Any]]] = {"framework": framework_schema, "scenario": scenario_schema}


def schema_text(name: str) -> str:
    """Return a schema as the text of a file; `name` is one of `SCHEMAS`."""
    return json.dumps(SCHEMAS[name](), indent=2, ensure_ascii=False) + "\n"


def _schema(model: type[Scenario] | type[Framework]) -> dict[str, Any]:
    schema = model.model_json_schema()
    return {"$schema": DIALECT, **schema}
