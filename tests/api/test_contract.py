"""The description of the API: its golden file, the Dutch API design rules, and requests made from it at random."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from allocator_api.app import DEPRECATED, Service
from allocator_api.identity import Role
from allocator_api.jobs.worker import Worker
from allocator_api.schemas import RUN_ID
from tests.api.conftest import Keys
from tests.api.test_runs import started

GOLDEN = Path(__file__).parent / "openapi.json"
#: Requests for each operation; `make evidence NAMES=service-requests` makes more.
EXAMPLES = 4


@pytest.fixture
def described(client: TestClient) -> dict[str, Any]:
    return client.get("/v1/openapi.json").json()


def operations(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_the_description_is_the_golden_one(described: dict[str, Any], request: pytest.FixtureRequest) -> None:
    """`pytest tests/api --write-golden` writes it anew: what partners program against has changed then."""
    text = json.dumps(described, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if request.config.getoption("--write-golden"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_paths_are_versioned_nouns_in_kebab_case(described: dict[str, Any]) -> None:
    singular = {"me", "supply", "summary", "manifest", "report", "bundle"}  # one of each, or no plural
    for path in described["paths"]:
        version, *parts = path.strip("/").split("/")
        assert version == "v1", path
        names = [part for part in parts if not part.startswith("{")]
        assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in names), path
        assert all(name.endswith("s") or name in singular for name in names), path
        assert not path.endswith("/"), path


def test_keys_of_queries_paths_and_bodies_are_in_camel_case(described: dict[str, Any]) -> None:
    camel = re.compile(r"[a-z]+([A-Z][a-z]+)*")
    for path, _, operation in operations(described):
        for parameter in operation.get("parameters", []):
            assert parameter["in"] == "header" or camel.fullmatch(parameter["name"]), (path, parameter["name"])
    for name, schema in described["components"]["schemas"].items():
        for key in schema.get("properties", {}):
            assert camel.fullmatch(key), (name, key)


def test_every_operation_says_what_it_does_who_may_and_how_it_fails(described: dict[str, Any]) -> None:
    for path, method, operation in operations(described):
        assert operation["summary"], path
        assert operation["description"], path
        assert operation["security"] == [{"accessToken": []}], (path, method)
        assert {"400", "401", "403", "429"} <= set(operation["responses"]), path
        assert "422" not in operation["responses"] or operation["operationId"] == "start_run", path


def test_contact_and_version_are_told(described: dict[str, Any]) -> None:
    assert described["info"]["contact"]["name"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", described["info"]["version"])


def test_a_slash_too_many_and_a_file_extension_are_404(client: TestClient, key: Keys) -> None:
    headers = key(Role.CRISIS_TEAM)
    for path in ("/v1/scenarios/", "/v1/scenarios.json", "/v1/runs/"):
        assert client.get(path, headers=headers, follow_redirects=False).status_code == 404


def test_all_faults_of_a_request_are_400_and_told_at_once(client: TestClient, key: Keys) -> None:
    found = client.post("/v1/runs", json={"scenario": "../x", "language": "fr", "speed": 1}, headers=key(Role.CRISIS_TEAM))
    assert (found.status_code, found.headers["content-type"]) == (400, "application/problem+json")
    assert {fault["path"] for fault in found.json()["errors"]} == {"scenario", "language", "speed"}


def test_moments_are_told_in_utc_with_their_offset(client: TestClient, key: Keys) -> None:
    headers = key(Role.CRISIS_TEAM)
    created = client.post("/v1/runs", json={"scenario": "tiny"}, headers=headers).json()["createdAt"]
    assert datetime.fromisoformat(created).utcoffset().total_seconds() == 0


def test_names_with_date_are_dates_and_moments_end_in_at(described: dict[str, Any]) -> None:
    for name, schema in described["components"]["schemas"].items():
        for key, value in schema.get("properties", {}).items():
            formats = {part.get("format") for part in (value, *value.get("anyOf", []))}
            assert ("date-time" in formats) == (key == "at" or key.endswith("At")), (name, key)
            assert ("date" in formats) == key.endswith(("Date", "date")), (name, key)


def test_what_an_operation_does_to_a_resource_is_a_resource_below_it(described: dict[str, Any]) -> None:
    assert "post" in described["paths"]["/v1/runs/{runId}/cancellations"]
    verbs = {"cancel", "start", "stop", "compare", "check", "validate", "release", "run"}
    assert not verbs & {part for path in described["paths"] for part in path.split("/")}


def test_nothing_sensitive_stands_in_an_address(described: dict[str, Any], client: TestClient, key: Keys) -> None:
    named = {parameter["name"] for *_, operation in operations(described) for parameter in operation.get("parameters", [])}
    ids = {"baselineId", "frameworkId", "part", "revision", "runId", "scenarioId"}
    assert named <= {*ids, "accept", "Idempotency-Key", "If-Match", "If-None-Match", "page", "pageSize", "partner"}
    token = key(Role.TEAM)["Authorization"].removeprefix("Bearer ")
    assert client.get(f"/v1/me?access_token={token}").status_code == 401


def test_an_operation_that_will_go_says_so(client: TestClient, key: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = key(Role.TEAM)
    assert not {"deprecation", "sunset"} & set(client.get("/v1/me", headers=headers).headers)
    monkeypatch.setitem(DEPRECATED, "read_me", (1_793_577_600, "Sun, 01 Aug 2027 00:00:00 GMT"))
    found = client.get("/v1/me", headers=headers).headers
    assert (found["deprecation"], found["sunset"]) == ("@1793577600", "Sun, 01 Aug 2027 00:00:00 GMT")


def test_bodies_too_large_or_too_deep_are_told(client: TestClient, key: Keys) -> None:
    headers = key(Role.CRISIS_TEAM)
    large = client.post("/v1/scenario-validations", json={"text": "a" * 2_000_001}, headers=headers)
    assert (large.status_code, large.headers["content-type"]) == (413, "application/problem+json")
    deep = client.post("/v1/scenario-validations", json={"text": "scenario: x\nlevers: " + "[" * 5_000}, headers=headers)
    assert deep.status_code < 500
    assert "levels of nesting" in deep.text


def test_lists_come_in_pages_with_links(client: TestClient, key: Keys) -> None:
    headers = key(Role.CRISIS_TEAM)
    found = client.get("/v1/scenarios?page=2&pageSize=3", headers=headers)
    assert re.findall(r'rel="(\w+)"', found.headers["link"]) == ["first", "prev", "next", "last"]
    assert client.get("/v1/scenarios?page=0", headers=headers).status_code == 400


def test_nothing_is_kept_between_requests(client: TestClient, key: Keys) -> None:
    assert "set-cookie" not in client.get("/v1/me", headers=key(Role.TEAM)).headers


CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def answer_random_requests(app: Service, callers: list[dict[str, str]], examples: int) -> int:
    """Send requests made at random from the description, good ones and bad ones; return how many. Raises for the first wrong answer."""
    schema, sent = schemathesis.openapi.from_asgi("/v1/openapi.json", app), 0
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    for operation, mode in ((found.ok(), mode) for found in schema.get_all_operations() for mode in modes):

        @settings(max_examples=examples, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def attempt(case: schemathesis.Case) -> None:
            nonlocal sent
            for headers in callers:
                case.call_and_validate(headers=headers, checks=CHECKS)
                sent += 1

        try:
            attempt()
        except Unsatisfiable:  # nothing about the operation can be wrong
            continue
    return sent


def test_random_requests_are_answered_as_described(app: Service, key: Keys) -> None:
    assert answer_random_requests(app, [key(Role.CRISIS_TEAM), key(Role.PARTNER, "NLD")], EXAMPLES) > 100


def examples(operation: dict[str, Any], schemas: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield media type and every example of the body of an operation; binary forms have none."""
    for media_type, content in operation["requestBody"]["content"].items():
        if "$ref" in content["schema"]:
            whole = schemas[content["schema"]["$ref"].rsplit("/", 1)[1]].get("examples", [])
        else:
            whole = [content["example"]] if "example" in content else []
        named = [example["value"] for example in content.get("examples", {}).values()]
        assert whole or named or content["schema"].get("format") == "binary", f"{media_type} without an example"
        yield from ((media_type, example) for example in [*whole, *named])


def test_the_examples_of_the_description_are_run(described: dict[str, Any], client: TestClient, key: Keys, worker: Worker) -> None:
    """Every body that the description shows, and then every address with the ids that it shows: a finished run in the place of theirs."""
    callers = {role: key(role, "NLD" if role is Role.PARTNER else None) for role in (Role.CRISIS_TEAM, Role.PARTNER, Role.AUDITOR)}
    done = started(client, callers[Role.CRISIS_TEAM])
    assert worker.once()

    def ask(method: str, path: str, operation: dict[str, Any], content: str = "", more: dict[str, str] | None = None) -> None:
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "path":
                path = path.replace(f"{{{parameter['name']}}}", str(parameter["schema"]["examples"][0]))
        run = started(client, callers[Role.CRISIS_TEAM]) if path.endswith("cancellations") else done
        place, body = path.replace(RUN_ID, run), content.replace(RUN_ID, run)
        answers = [client.request(method, place, content=body, headers={**headers, **(more or {})}) for headers in callers.values()]
        wanted = {int(status) for status in operation["responses"] if status.startswith("2")}
        assert wanted & {answer.status_code for answer in answers}, f"{method} {path}: {[answer.text for answer in answers]}"

    bodies = [(path, method, operation) for path, method, operation in operations(described) if "requestBody" in operation]
    assert len(bodies) == 9
    for path, method, operation in bodies:
        for revision, (media_type, example) in enumerate(examples(operation, described["components"]["schemas"])):
            content = example if isinstance(example, str) else json.dumps(example)
            follows = {"If-Match": f'"{revision}"'} if revision else {"If-None-Match": "*"}
            ask(method, path, operation, content, {"Content-Type": media_type, **(follows if method == "put" else {})})
    for path, method, operation in operations(described):
        if "requestBody" not in operation:
            ask(method, path, operation)
