"""The look: colours by what they are for, in both schemes, and what every chart has in common.

The values live in `assets/1-look.css`; this file reads them, so there is one place to change.
Charts are drawn in the light colours (`psephos.results.shown.drawing`) and recoloured by the style
sheet, so that a figure does not depend on who looks at it and is computed once.
"""

import re
from pathlib import Path

ASSETS = Path(__file__).resolve().parent / "assets"
FIRST = (ASSETS.parent / "first.js").read_text("utf-8").strip()
"""The script that runs before anything is drawn: the scheme that a reader chose."""


def tokens(css: str) -> dict[str, dict[str, str]]:
    """The colours of both schemes by name, as declared in the style sheet."""
    blocks = re.findall(r"(:root[^{]*)\{([^}]*)\}", css)
    return {
        "dark" if "dark" in selector else "light": dict(
            re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6})", body)
        )
        for selector, body in blocks
    }


TOKENS = tokens((ASSETS / "1-look.css").read_text("utf-8"))
LIGHT = TOKENS["light"]

SAID = ("ink", "soft", "sea", "wine", "sure", "part", "fail", "founder")
TEXT = (
    *((ink, ground) for ground in ("paper", "sheet") for ink in SAID),
    *((ink, "wash") for ink in ("ink", "soft", "sea")),
)
"""Every pair in which text is set, and its ground: 4.5 to 1 at least."""

MARKS = ("ink", "sea", "faint", "founder", "olive", "plum", "wine", "sure")
GRAPHICS = tuple((mark, "sheet") for mark in MARKS)
"""Every mark that carries meaning, and its ground: 3 to 1 at least."""
