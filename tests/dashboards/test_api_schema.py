"""The API keeps to its own OpenAPI document, whatever the document allows to be asked."""

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from dashboards.api.formats import FORMATS
from dashboards.api.resources import resources
from dashboards.app import create
from psephos.settings import Settings

PLAIN = {"Accept-Encoding": "identity"}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def test_every_answer_is_one_that_the_document_promises(sample: Settings) -> None:
    server = create(sample.releases)

    def here(environ, start):
        """Asked from this machine, which no limit counts."""
        return server({**environ, "REMOTE_ADDR": "127.0.0.1"}, start)

    described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", here)
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) == len(resources()) * len(FORMATS)
    answered = set()
    for operation in operations:

        @settings(
            max_examples=4, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def asked(case) -> None:
            answer = case.call_and_validate(checks=CHECKS, headers=PLAIN)
            if answer.status_code == 200:
                answered.add(case.path)

        asked()
    assert len(answered) > len(operations) // 2, "hardly any question had an answer"
