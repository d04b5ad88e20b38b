"""What went wrong, for programs: problem details (RFC 9457) as application/problem+json."""

import json
from http import HTTPStatus

from flask import Response

from psephos.errors import CommandError, PsephosError, ReleaseBroken

TYPE = "application/problem+json"


def problem(status: int, detail: str, hint: str = "", name: str = "") -> Response:
    """An answer that says what is wrong and what helps.

    `type` is `about:blank`: the status says the kind, and `name` is the error's name, the same
    as a command's `error.name`.
    """
    told = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "hint": hint,
        "name": name,
    }
    text = json.dumps({key: value for key, value in told.items() if value != ""})
    return Response(text, status, mimetype=TYPE)


def of_error(error: PsephosError) -> Response:
    """400 for what no release could answer, 404 for what this one has not, 503 if it is broken."""
    status = 404
    if isinstance(error, CommandError):
        status = 400
    elif isinstance(error, ReleaseBroken):
        status = 503
    return problem(status, error.message, error.hint, type(error).__name__)
