"""One proof, from its first byte to its last: the verifier's side of the protocol.

The order of everything is section 8 of docs/method/prover-format.md.
"""

from itertools import islice
from struct import pack

from psephos.stark.verify.accept import Accept, Verified, enough
from psephos.stark.verify.air import Lookups, Rows, constraints
from psephos.stark.verify.claim import Claim, read_claim
from psephos.stark.verify.combination import Combination, combine
from psephos.stark.verify.deep import Deep
from psephos.stark.verify.field import GENERATOR, Element, P, root_of_unity, scale
from psephos.stark.verify.fri import Layer, check_folds, last_degree, layers
from psephos.stark.verify.hash import SIZE
from psephos.stark.verify.opening import Tree, opened, work
from psephos.stark.verify.publics import check_relations, values_of
from psephos.stark.verify.quotient import check_rules, outside
from psephos.stark.verify.reader import Reader
from psephos.stark.verify.transcript import Transcript


def verify(data: bytes, accept: Accept) -> Verified:
    """What the proof says, or Refused: whoever reads on has a proof of it.

    Nothing but the statement ids, the preset's id and the number of rows is taken from the
    proof; all shapes follow from these.
    """
    reader = Reader(data, "the proof")
    claim = read_claim(reader)
    layouts = [layout for layout, _ in claim.tables]
    c = combine(claim.statements, accept.tapes, claim.log_rows, layouts)
    security = enough(c, claim, accept)
    elements = reader.elements(c.elements)
    values = values_of(c, elements)
    check_relations(c, values)
    data_roots = _follow(reader, claim, c, elements)
    reader.end()
    named = [
        (tape.name, {p.name: v for p, v in zip(tape.publics, told, strict=True)})
        for tape, told in zip(c.tapes, values, strict=True)
    ]
    return Verified(claim, c, security, data_roots, tuple(named))


def _follow(
    reader: Reader, claim: Claim, c: Combination, elements: tuple[int, ...]
) -> tuple[bytes, ...]:
    """The transcript from the preset to the openings; the root of each table's data columns."""
    preset, d, k = claim.preset, claim.preset.extension, claim.log_rows
    said = Transcript()
    said.absorb("preset", preset.to_bytes())
    said.absorb("claim", claim.data)
    said.absorb("publics", pack(f"<{len(elements)}Q", *elements))
    trees = [_tree(reader, said, "data", len(codes)) for codes in c.codes]
    trees.append(_tree(reader, said, "own", c.own))
    lookups = _lookups(said, c, d) if c.auxiliary else None
    trees.append(_tree(reader, said, "aux", c.auxiliary * d))
    every = c.constraints + c.auxiliary
    coefficients = list(islice(said.elements("constraints", d), every))
    trees.append(_tree(reader, said, "quotient", 2 * d))
    z = outside(said.elements("point", d))
    columns = c.data + c.own + c.auxiliary
    start = reader.at
    now, after = reader.extension(columns + 2, d), reader.extension(columns, d)
    said.absorb("values", reader.data[start : reader.at])
    found = constraints(c, _rows(c, now), _rows(c, after), elements, lookups)
    check_rules(z, k, found, coefficients, now[columns:])
    deep = list(islice(said.elements("deep", d), 2 * columns + 2))
    folds = []
    for _ in range(layers(k, preset)):
        root = reader.take(SIZE)
        said.absorb("layer", root)
        folds.append(Layer(root, next(said.elements("fold", d))))
    start = reader.at
    last = reader.extension(1 << last_degree(k, preset), d)
    said.absorb("last", reader.data[start : reader.at])
    work(reader, said, preset.grinding)
    positions = said.positions("positions", 1 << (k + preset.blowup), preset.queries)
    points = z, scale(z, root_of_unity(k))
    composition = Deep(points, (now, after), deep, c.data + c.own)
    m = k + preset.blowup
    rows = opened(reader, trees, positions, m)
    omega = root_of_unity(m)
    places = [GENERATOR * pow(omega, q, P) % P for q in positions]
    known = dict(zip(positions, composition.at(places, rows), strict=True))
    check_folds(reader, preset, k, folds, last, known)
    return tuple([tree.root for tree in trees[: len(c.codes)]])


def _tree(reader: Reader, said: Transcript, name: str, width: int) -> Tree:
    """The root of a tree whose leaves have `width` numbers; a tree without columns is not there."""
    root = reader.take(SIZE) if width else b""
    said.absorb(name, root)
    return Tree(name, root, width)


def _lookups(said: Transcript, c: Combination, d: int) -> Lookups:
    drawn = said.elements("lookups", d)
    alpha = next(drawn)
    beta = {bus: next(drawn) for bus in c.buses}
    return Lookups(alpha, beta, list(islice(drawn, c.sums)))


def _rows(c: Combination, values: list[Element]) -> Rows:
    rest = iter(values)
    data = [dict(zip(codes, islice(rest, len(codes)), strict=True)) for codes in c.codes]
    return Rows(data, list(islice(rest, c.own)), list(islice(rest, c.auxiliary)))
