"""The closed list of presets: nothing that decides security is read from a proof but this id."""

from dataclasses import dataclass

from psephos.stark.security import JOHNSON, UNIQUE


@dataclass(frozen=True, slots=True)
class Preset:
    """Degree of the extension, logarithms of blowup, arity and length of the last polynomial."""

    id: int
    name: str
    extension: int
    blowup: int
    queries: int
    grinding: int
    fold: int
    last: int
    regime: str
    promised: int

    def to_bytes(self) -> bytes:
        """What the transcript takes."""
        start = bytes((self.id, self.extension, self.blowup)) + self.queries.to_bytes(2, "little")
        return start + bytes((self.grinding, self.fold, self.last))


PRESETS = {
    1: Preset(1, "standard", 2, 2, 118, 20, 3, 7, UNIQUE, 100),
    2: Preset(2, "compact", 3, 3, 54, 20, 3, 7, JOHNSON, 100),
    3: Preset(3, "test", 2, 2, 8, 4, 3, 3, UNIQUE, 0),
}
