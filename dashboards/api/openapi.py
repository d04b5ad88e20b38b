"""The OpenAPI 3.1 document, made from the resources and parameters there are."""

from typing import Any

from dashboards.api.asked import PARAMETERS
from dashboards.api.formats import FORMATS
from dashboards.api.problem import TYPE
from dashboards.api.resources import WORDS, Resource, resources
from dashboards.api.table import KINDS
from psephos import __version__

TEXT = {"type": ["string", "null"]}
WHOLE = {"type": ["integer", "null"]}
ROWS: dict[str, Any] = {
    "type": "object",
    "description": "Rows, and what they rest on. Kinds of cells: "
    + "; ".join(f"{kind}: {words}" for kind, words in KINDS.items())
    + ".",
    "required": [
        "release", "chain", "block", "blocks", "level", "evidence", "definition", "licence",
        "decimals", "symbol", "undefined", "count", "offset", "next", "columns", "rows",
    ],
    "properties": {
        "title": {"type": "string"},
        "release": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "chain": {
            "type": "object",
            "required": ["id", "name"],
            "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
        },
        "block": {"type": "integer"},
        "blocks": {
            "type": "object",
            "required": ["first", "last"],
            "properties": {"first": {"type": "integer"}, "last": {"type": "integer"}},
        },
        "level": {"enum": ["seen", "complete", "anchored", None]},
        "evidence": {"type": ["object", "null"]},
        "definition": {"type": "string"},
        "licence": {"type": "string"},
        "decimals": WHOLE,
        "symbol": TEXT,
        "undefined": TEXT,
        "count": {"type": "integer", "minimum": 0},
        "offset": {"type": "integer", "minimum": 0},
        "next": TEXT,
        "columns": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "kind", "words"],
                "properties": {
                    "name": {"type": "string"},
                    "kind": {"enum": list(KINDS)},
                    "words": {"type": "string"},
                },
            },
        },
        "rows": {"type": "array", "items": {"type": "object"}},
    },
}  # fmt: skip
PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "hint": {"type": "string"},
        "name": {"type": "string"},
    },
}
MISSING = {
    "400": "The question is wrong.",
    "404": "The release has not got it.",
    "429": "Too many questions at once from one client: ask again in a moment.",
    "503": "The release cannot be read.",
}


def document(licence: str) -> dict[str, Any]:
    """The whole document."""
    paths: dict[str, Any] = {}
    for _, resource in resources():
        for ending in FORMATS:
            path = resource.path if ending == "json" else f"{resource.path}.{ending}"
            paths[path] = {"get": operation(resource, ending)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "psephos",
            "version": __version__,
            "summary": "Every published number with its evidence. Read only, without a key.",
            "license": {"name": licence, "identifier": licence},
        },
        "servers": [{"url": "/api/v1"}],
        "paths": paths,
        "components": {"schemas": {"Rows": ROWS, "Problem": PROBLEM}},
    }


def operation(resource: Resource, ending: str) -> dict[str, Any]:
    """One path in one format."""
    kind = FORMATS[ending].media.partition(";")[0]
    rows = {"schema": {"$ref": "#/components/schemas/Rows"}} if ending == "json" else {}
    problems = {"content": {TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    named = [word for word in WORDS if f"{{{word}}}" in resource.path]
    return {
        "summary": resource.title,
        "description": resource.words,
        "operationId": f"{resource.path.strip('/')}.{ending}",
        "parameters": [*map(in_path, named), *map(in_query, resource.parameters)],
        "responses": {
            "200": {
                "description": resource.words,
                "headers": {
                    "ETag": {"schema": {"type": "string"}},
                    "Psephos-About": {"schema": {"type": "string"}},
                },
                "content": {kind: rows},
            },
            **{code: {"description": words, **problems} for code, words in MISSING.items()},
        },
    }


def in_path(word: str) -> dict[str, Any]:
    form, example = WORDS[word]
    schema = {"type": "string", "pattern": f"^(?:{form})$"}
    return {"name": word, "in": "path", "required": True, "schema": schema, "example": example}


def in_query(name: str) -> dict[str, Any]:
    one = PARAMETERS[name]
    schema: dict[str, Any] = {"type": "string", "pattern": f"^(?:{one.form})$"}
    return {"name": name, "in": "query", "description": one.words, "schema": schema,
            "example": one.example}  # fmt: skip
