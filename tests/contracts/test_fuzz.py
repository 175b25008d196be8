"""Every operation of the API, fed with anything its description allows and with much that it does not: never a fault of
ours, always an answer in the agreed form."""

import json
import math
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from muster.web.api import api
from tests.contracts.world import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SCHEMA: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/v1/")
OPERATIONS = [(method, path) for path, found in SCHEMA["paths"].items() for method in found]
ODD = ["\x00", "𠮷" * 300, "'; --", "${7*7}", "\u202e", "2026-02-30", "١٢", " ", "-0", "9" * 5000]
TEXT = st.text(max_size=40) | st.sampled_from(ODD)
WEIRD = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | TEXT
    | st.just("\ud800")
    | st.lists(st.integers(), max_size=3)
    | st.dictionaries(st.sampled_from(["id", "$gt", "__class__"]), st.integers(), max_size=2)
)
HEADERS = ["", "k", "é", "x" * 300]
IDS = st.integers(-1, 60) | st.sampled_from([0, 2**31, 2**63 - 1, 2**63, 10**30]) | st.sampled_from(["x", "1.5", "%00"])


def resolved(spec: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in spec:
        spec = SCHEMA["components"]["schemas"][spec["$ref"].rsplit("/", 1)[1]]
    return spec


def values(spec: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values as SPEC describes them, small keys of records among the numbers."""
    spec = resolved(spec)
    kinds = {
        "integer": st.integers(1, 60) | st.integers(-(2**63), 2**63),
        "boolean": st.booleans(),
        "number": st.floats(allow_nan=False),
        "null": st.none(),
        "array": st.lists(TEXT, max_size=3),
    }
    if "anyOf" in spec:
        return st.one_of([values(one) for one in spec["anyOf"]])
    if spec.get("type") == "string":
        dates = {"date": st.dates().map(str), "date-time": st.datetimes().map(str)}
        return dates.get(spec.get("format", ""), TEXT)
    return kinds.get(spec.get("type", ""), WEIRD)


def bodies(operation: dict[str, Any]) -> st.SearchStrategy[Any]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return st.none()
    fields = resolved(content["schema"]).get("properties", {})
    right = {name: values(spec) for name, spec in fields.items()}
    asked = set(resolved(content["schema"]).get("required", []))
    fitting = st.fixed_dictionaries(
        {name: one for name, one in right.items() if name in asked},
        optional={name: one for name, one in right.items() if name not in asked},
    )
    mixed = st.fixed_dictionaries({}, optional={name: one | WEIRD for name, one in right.items()})
    return fitting | mixed | st.dictionaries(st.sampled_from(["id", "version", *fields]), WEIRD) | WEIRD


def questions(operation: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    asked = [one for one in operation.get("parameters", []) if one["in"] == "query"]
    named = {one["name"]: values(one["schema"]).map(str) | TEXT for one in asked}
    named |= {"q": TEXT, "sort": TEXT, "cursor": TEXT, "limit": TEXT | st.integers().map(str), "fields": TEXT}
    return st.fixed_dictionaries({}, optional=named)


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=lambda one: one)
def test_whatever_is_sent_the_answer_is_ours(method, path, firm):
    operation = SCHEMA["paths"][path][method]
    client = client_of(firm.people["ops"], raise_request_exception=False)

    @settings(max_examples=10, suppress_health_check=list(HealthCheck), database=None, phases=[Phase.generate])
    @given(key=IDS, asked=questions(operation), sent=bodies(operation), header=st.sampled_from(HEADERS))
    def ask(key: Any, asked: dict[str, Any], sent: Any, header: str) -> None:
        address = path.replace("{pk}", str(key)).replace("{key}", str(key))
        headers = {"idempotency-key": f"{header}{hash(json.dumps(sent))}"} if header else {}
        body = {} if method == "get" else {"data": json.dumps(sent), "content_type": "application/json"}
        response = getattr(client, method)(address, query_params=asked, headers=headers, **body)
        assert response.status_code < 500, f"{method} {address} {asked} {sent}"
        if response.status_code >= 400 and "/api/v1/" in address:
            check_problem(response)

    ask()


def check_problem(response: Any) -> None:
    """A problem document (RFC 9457); at an address that no operation has, the page for what is not there."""
    if response.status_code == 404 and response.headers["Content-Type"].startswith("text/html"):
        return
    assert response.headers["Content-Type"].startswith("application/problem+json")
    said = response.json()
    assert said["status"] == response.status_code
    assert said["title"]


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "null", "1", '{"name": ', "\ufeff{}", '{"name":"a","name":"b"}', "[" * 5000, '{"name": "\\ud800"}'],
)
def test_what_is_no_json_is_refused_in_the_agreed_form(body, firm):
    client = client_of(firm.people["ops"], raise_request_exception=False)
    response = client.post("/api/v1/accounts", body, "application/json")
    assert response.status_code in (400, 422)
    check_problem(response)


@pytest.mark.parametrize("number", [math.nan, math.inf, 1e400])
def test_numbers_that_are_none_are_refused(number, firm):
    client = client_of(firm.people["ops"], raise_request_exception=False)
    response = client.post(
        "/api/v1/products", json.dumps({"code": "X", "name": "X", "list_price": number}), "application/json"
    )
    assert response.status_code == 422
    check_problem(response)
