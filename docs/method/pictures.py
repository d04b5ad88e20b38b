"""The pictures of prover.md, by the verifier's own field: `python docs/method/pictures.py`.

One changed row against everything that is committed; and folding, of a polynomial and of numbers
that are none. Sixteen rows and sixty-four places, so that each can be seen.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from psephos.stark.verify.field import GENERATOR, P, inverse, root_of_unity  # noqa: E402

FOLDER = ROOT / "docs" / "pictures"
ROWS, PLACES = 16, 64
CHANGED = 5
PAPER, INK, SOFT, SAME, OTHER = "#faf8f3", "#17191d", "#5b6068", "#5b9dc4", "#8f3a52"
COLUMN = [500, 20, 7, 90, 41, 40, 40, 17, 8, 3, 2, 2, 1, 1, 1, 1]
"""Weights of sixteen voters: the column that is drawn."""
BETAS = (3**20, 5**20, 7**20, 11**20)
"""In a proof each is a hash of all that was sent before."""


def places(count: int = PLACES) -> list[int]:
    """The points of the commitment: a group that is shifted, so that no row is among them."""
    step, found = root_of_unity(count.bit_length() - 1), [GENERATOR]
    for _ in range(count - 1):
        found.append(found[-1] * step % P)
    return found


def extended(column: list[int]) -> list[int]:
    """The one polynomial of degree below the number of rows through them, at all places."""
    n, step = len(column), root_of_unity(len(column).bit_length() - 1)
    rows = [pow(step, place, P) for place in range(n)]
    by = inverse(n)

    def at(x: int) -> int:
        whole = (pow(x, n, P) - 1) * by
        parts = (v * g * inverse((x - g) % P) for v, g in zip(column, rows, strict=True))
        return whole * sum(parts) % P

    return [at(x) for x in places()]


def folded(values: list[int], points: list[int], beta: int) -> tuple[list[int], list[int]]:
    """E + β·O at half as many points, where f(x) = E(x²) + x·O(x²)."""
    half = len(values) // 2
    found = []
    for x, plus, minus in zip(points, values[:half], values[half:], strict=False):
        even, odd = (plus + minus) * inverse(2), (plus - minus) * inverse(2 * x)
        found.append((even + beta * odd) % P)
    return found, [x * x % P for x in points[:half]]


def layers(values: list[int]) -> list[list[int]]:
    """The values, and what is left of them after each fold."""
    found, points = [values], places()
    for beta in BETAS:
        values, points = folded(values, points, beta)
        found.append(values)
    return found


def forged() -> list[int]:
    """The polynomial's values at the first half of the places, and at the others a neighbour's."""
    told = extended(COLUMN)
    other = extended([*COLUMN[:CHANGED], COLUMN[CHANGED] + 1, *COLUMN[CHANGED + 1 :]])
    return told[: PLACES // 2] + other[PLACES // 2 :]


def extension() -> str:
    """Sixteen rows of which one is changed, and the sixty-four committed values."""
    before = extended(COLUMN)
    changed = [*COLUMN[:CHANGED], COLUMN[CHANGED] + 1, *COLUMN[CHANGED + 1 :]]
    after = extended(changed)
    differ = sum(a != b for a, b in zip(before, after, strict=True))
    parts = [text(24, 34, "One row of sixteen is changed by 1", INK, 17)]
    parts += [text(24, 58, "rows", SOFT)]
    for row, (a, b) in enumerate(zip(COLUMN, changed, strict=True)):
        parts.append(pebble(38 + 41 * row, 84, 11, a == b))
        parts.append(text(38 + 41 * row, 114, str(b), INK if a == b else OTHER, 12, "middle"))
    parts.append(text(24, 152, f"what is committed: {differ} of {PLACES} values differ", SOFT))
    for place, (a, b) in enumerate(zip(before, after, strict=True)):
        parts.append(pebble(34 + 20 * (place % 32), 176 + 24 * (place // 32), 7, a == b))
    return drawn(690, 230, "One changed row changes every committed value", parts)


def folding() -> str:
    """Folds of a polynomial of degree below sixteen, and of numbers that are none."""
    parts = []
    for top, title, values in (
        (0, "a polynomial of degree below 16: four folds leave one number", extended(COLUMN)),
        (200, "half of the places are of another polynomial: the folds do not meet", forged()),
    ):
        parts.append(text(24, top + 34, title, INK, 17))
        left = 24
        for layer in layers(values):
            flat = len(set(layer)) == 1
            for place, value in enumerate(layer):
                high = 1 + 109 * value // P
                parts.append(bar(left + 5 * place, top + 165 - high, high, flat, len(layer)))
            parts.append(text(left, top + 185, str(len(layer)), SOFT, 12))
            left += 5 * len(layer) + 20
    return drawn(740, 400, "Folding tells a polynomial from what is none", parts)


def pebble(x: int, y: int, radius: int, same: bool) -> str:
    return f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{SAME if same else OTHER}"/>'


def bar(x: int, y: int, high: int, flat: bool, of: int) -> str:
    """A value as its part of p. The last layer of what is no polynomial is marked."""
    color = OTHER if of == PLACES >> len(BETAS) and not flat else SAME
    return f'<rect x="{x}" y="{y}" width="4" height="{high}" fill="{color}"/>'


def text(x: int, y: int, words: str, color: str, size: int = 14, anchor: str = "start") -> str:
    return (
        f'<text x="{x}" y="{y}" font-family="sans-serif" font-size="{size}" fill="{color}" '
        f'text-anchor="{anchor}">{words}</text>'
    )


def drawn(width: int, height: int, title: str, parts: list[str]) -> str:
    """A picture that says its title to who cannot see it."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{title}"><title>{title}</title>'
    )
    sheet = f'<rect width="{width}" height="{height}" fill="{PAPER}"/>'
    return "\n".join([head, sheet, *parts, "</svg>", ""])


def pictures() -> dict[str, str]:
    """File name to content."""
    return {"prover-extension.svg": extension(), "prover-folding.svg": folding()}


if __name__ == "__main__":
    for name, content in pictures().items():
        (FOLDER / name).write_text(content, encoding="utf-8")
