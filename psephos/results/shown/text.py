"""Text from the chain, made safe to look at. What the chain says is kept as it is beside it.

Anybody writes reasons and descriptions: they may hold control characters that rewrite a terminal,
or marks that turn the reading direction so that "for" reads as "against". Shown text makes these
visible; nothing is deleted. HTML is the page's and the notebook's own escaping.
"""

import re
import unicodedata

UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls but tab and line feed
    "\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufeff\uffa0"  # invisible letters
    "\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"  # direction marks, separators, joiners of words
    "\ud800-\udfff\ufff9-\ufffb\U000e0000-\U000e0fff"  # surrogates, annotations, tags
    "\ufffe\uffff]"  # no characters: no XML may hold them, so one title would break a whole feed
)
WORD = re.compile(r"[^\W\d_]+")
LATIN = {"LATIN", "FEMININE", "MASCULINE", "MICRO"}
LOOKALIKES = frozenset(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d\u04cf"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf\u03bd\u03c5"
)
"""Letters of Cyrillic and Greek that a reader takes for Latin ones."""

STACK = re.compile(
    r"([\u0300-\u036f\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4})"
    r"[\u0300-\u036f\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)


def display(text: str, longest: int | None = None) -> str:
    """`text` with whatever cannot be seen written as ⟨U+202E⟩, and marks stacked at most four high.

    Line feeds and tabs stay. Cut to `longest` characters with an ellipsis if it is given.
    """
    shown = STACK.sub(r"\1…", UNSEEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text))
    return shown if longest is None or len(shown) <= longest else shown[: longest - 1] + "…"


def one_line(text: str, longest: int | None = None) -> str:
    """`display` on one line: every run of white space is a single space."""
    return display(" ".join(display(text).split()), longest)


def named(name: str, longest: int | None = None) -> str:
    """A name as `one_line`, and behind it what passes for other letters: `pаy ⟨lookalike U+0430⟩`.

    A word is suspicious if its letters are of several alphabets, or if all of them are letters of
    another alphabet that look like Latin ones. Whole words of another alphabet are left alone.
    """
    shown = one_line(name, longest)
    strange = sorted({letter for word in WORD.findall(shown) for letter in _strange(word)})
    if not strange:
        return shown
    return f"{shown} ⟨lookalike {', '.join(f'U+{ord(letter):04X}' for letter in strange)}⟩"


def _strange(word: str) -> set[str]:
    others = {one for one in word if unicodedata.name(one, "?").split()[0] not in LATIN}
    mixed = len(others) < len(set(word))
    return others if mixed or (len(word) > 1 and others <= LOOKALIKES) else set()


def title(description: str, longest: int = 120) -> str:
    """The title of a proposal: its first line that says something, without Markdown's marks."""
    for line in description.splitlines():
        words = one_line(line.strip().lstrip("#*_> ").rstrip("#*_ "), longest)
        if words:
            return words
    return "(no description)"


def address(raw: bytes) -> str:
    """`0x…` in lower case."""
    return "0x" + raw.hex()


def number(value: int) -> str:
    """A whole number with thin spaces: 24 000 000."""
    return f"{value:,}".replace(",", "\N{THIN SPACE}")


def visible(text: str) -> bool:
    """Whether every character of a text is shown as itself."""
    return UNSEEN.search(text) is None and unicodedata.is_normalized("NFC", text)
