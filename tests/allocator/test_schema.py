"""The shipped JSON schemas are those of the program, and the shipped files follow them."""

from __future__ import annotations

import json

import jsonschema
import pytest
from allocator_scenarios import ROOT

from allocator.scenario import DISRUPTIONS, LEVERS
from allocator.schema import SCHEMAS, schema_text
from allocator.yaml_file import load_yaml


def plain(data: object) -> object:
    """Return a tree as JSON has it: lists for tuples, texts for keys."""
    return json.loads(json.dumps(data))


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_the_shipped_schema_is_current(name: str) -> None:
    assert (ROOT / "schema" / f"{name}.schema.json").read_text(encoding="utf-8") == schema_text(name)


@pytest.mark.parametrize(
    ("name", "file"),
    [("scenario", path.name) for path in ROOT.glob("*.yaml")]
    + [("framework", f"frameworks/{p.name}") for p in (ROOT / "frameworks").glob("*.yaml")],
)
def test_shipped_files_follow_it(name: str, file: str) -> None:
    jsonschema.validate(plain(load_yaml(ROOT / file, "A3").tree), SCHEMAS[name]())


def test_a_scenario_that_extends_need_not_repeat_and_one_that_does_not_must() -> None:
    schema = SCHEMAS["scenario"]()
    jsonschema.validate({"scenario": "s", "extends": "hormuz_closure"}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"scenario": "s"}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"scenario": "s", "extends": "hormuz_closure", "titel": "x"}, schema)


def test_every_kind_is_in_the_schema() -> None:
    text = schema_text("scenario")
    for kind in (*DISRUPTIONS, *LEVERS):
        assert f'"const": "{kind}"' in text
