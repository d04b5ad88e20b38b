"""Docstrings on a page: bold, names of code, and indices below the line.

A definition is written once, in the docstring of its function, with the marks a reader of source
expects: **bold**, `code`, x_i and Σ_{i≤k}. On a page the marks become what they mean.
"""

import re
from typing import Any

from dash import html

MARKED = re.compile(
    r"\*\*(?P<bold>[^*\n]+)\*\*"
    r"|`+(?P<code>[^`\n]+)`+"
    r"|(?<=[^\W_])_(?:\{(?P<braced>[^{}\n]+)\}|(?P<index>[^\W_](?![^\W_])))"
    r"|\^(?:\{(?P<power>[^{}\n]+)\}|(?P<raised>[^\W_](?![^\W_])))"
)


def prose(text: str) -> list[Any]:
    """The parts of a text: str, and html.B, html.Code, html.Sub, html.Sup for what is marked.

    A mark that is not closed, and an underscore within a name (`top_share`, p_max), stay as
    they are written. The words are never changed: joined, the parts read as the text without
    its marks.
    """
    parts: list[Any] = []
    at = 0
    for found in MARKED.finditer(text):
        parts.append(text[at : found.start()])
        parts.append(_marked(found))
        at = found.end()
    parts.append(text[at:])
    return [part for part in parts if part != ""]


def _marked(found: re.Match[str]) -> Any:
    if found["bold"]:
        return html.B(found["bold"])
    if found["code"]:
        return html.Code(found["code"])
    if found["braced"] or found["index"]:
        return html.Sub(found["braced"] or found["index"])
    return html.Sup(found["power"] or found["raised"])
