"""One row shown under a proof's data root: the committed polynomials opened at the row's point.

The bytes, and why a leaf of the tree would not do, are in `psephos.stark.verify.link`.
"""

import numpy as np

from psephos.errors import DataError
from psephos.stark.field import Element, lift, power, root
from psephos.stark.grind import nonce
from psephos.stark.merkle import tree
from psephos.stark.ntt import interpolate
from psephos.stark.presets import STANDARD, preset_named
from psephos.stark.prove import deep, fri
from psephos.stark.prove.commit import Oracle, Places, extend, shifts, trace
from psephos.stark.prove.table import Table
from psephos.stark.transcript import Transcript


def link(table: Table, row: int, preset: str = STANDARD.name) -> bytes:
    """The link of row `row`, from 0, to the data root of a proof of the table with this preset.

    DataError for a row that the table does not have.
    """
    if not 0 <= row < len(table.weights):
        raise DataError(f"there is no row {row} in a table of {len(table.weights)}")
    chosen, k, columns = preset_named(preset), table.log_rows, table.ordered()
    coefficients = trace(columns, 1 << k)
    for group in coefficients:
        interpolate(group)
    values = np.empty((len(coefficients), chosen.blowup, 8 << k), np.uint64)
    extend(coefficients, k, len(columns), values)
    oracle = Oracle(tree(values, len(columns)), values, len(columns))
    head = b"PSEPHOSK" + bytes((1, chosen.id, k, table.layout)) + row.to_bytes(4, "little")
    head += oracle.tree.root
    told = [int(column[row]) for column in columns]
    said = b"".join(value.to_bytes(8, "little") for value in told)
    transcript, parts = Transcript(), [head, said]
    transcript.absorb("preset", chosen.to_bytes())
    transcript.absorb("link", head)
    transcript.absorb("row", said)
    factors = transcript.elements("deep", len(told), chosen.degree)
    slots = [[Places(1 << k, (len(columns),)).slot(0, i)] for i in range(len(columns))]
    point = power(lift(root(k), chosen.degree), row)
    own = [lift(value, chosen.degree) for value in told]
    first = deep.deep(
        slots, (own,), (point,), (factors,), values, shifts(k, chosen.blowup)[0], root(k)
    )

    def say(label: str, data: bytes) -> None:
        transcript.absorb(label, data)
        parts.append(data)

    def challenge(layer: bytes) -> Element:
        say("layer", layer)
        return transcript.elements("fold", 1, chosen.degree)[0]

    folded = fri.folded(fri.extended(first, k, chosen.blowup), k, chosen, challenge)
    say("last", b"".join(x.to_bytes(8, "little") for element in folded.last for x in element))
    say("nonce", nonce(transcript.state, chosen.grinding).to_bytes(8, "little"))
    size = chosen.blowup << k
    positions = transcript.positions("positions", chosen.queries, size)
    parts += [oracle.opened(positions), fri.opened(folded.layers, positions, size, chosen.fold)]
    return b"".join(parts)
