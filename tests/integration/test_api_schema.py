"""The door, fuzzed by its own OpenAPI document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.integration.api_door import AUTHORIZED, open_door

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemathesis.schemas import BaseSchema

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BaseSchema]:
    """The document of a running door."""
    with open_door(tmp_path_factory.mktemp("home")) as door:
        yield schemathesis.openapi.from_url(f"{door.url}/openapi.json")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/leads"),
        ("GET", "/leads/{lead_id}"),
        ("GET", "/health"),
        ("GET", "/health/live"),
        ("GET", "/health/ready"),
        ("GET", "/metrics"),
    ],
)
def test_every_answer_is_as_the_document_says(document: BaseSchema, method: str, path: str) -> None:
    """Whatever is sent: no 5xx, and only statuses and bodies that are documented."""

    @settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=document[path][method].as_strategy())
    def try_it(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(headers=AUTHORIZED, checks=list(CHECKS))

    try_it()


def test_the_document_names_every_operation_that_is_tried(document: BaseSchema) -> None:
    """So that a new one is tried, too."""
    assert len(list(document.get_all_operations())) == 6
