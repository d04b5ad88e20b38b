"""Attacks A1 to A38, each from a published fault of another prover: refused, with its cause.

The list is the project's reference on STARKs, 1.2, whose entries name the faults. Here the table is
a small one and the prover is bent (tests/stark/forger.py); what needs the large statements is in
tests/stark/test_cheats.py. Nothing here waits for luck: an attacker of the `test` preset, with its
eight queries, would sometimes win; the seeds below are those of the tables.
"""

import json
import pickle
from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from itertools import islice
from struct import pack

import pytest

from psephos.stark.verify import Accept, Refused, Verified, read_tape
from psephos.stark.verify.claim import LIMIT
from psephos.stark.verify.combination import MOST, combine
from psephos.stark.verify.field import Element, P, add, inv, inverse, scale, sub
from psephos.stark.verify.hash import leaf, node
from psephos.stark.verify.header import Header, check_header
from psephos.stark.verify.merkle import open_at, route
from psephos.stark.verify.presets import PRESETS
from psephos.stark.verify.quotient import outside
from psephos.stark.verify.reader import Reader
from psephos.stark.verify.tape import OWN, ROWS
from psephos.stark.verify.transcript import Transcript
from tests.stark import toys
from tests.stark.both import verify
from tests.stark.forger import Forger, Poly, Tree
from tests.stark.toys import BUS, KNOWN, SUM, rows_writer, sum_writer, table

ACCEPT = Accept(KNOWN, least_bits=0)
HEAD = 13 + 32 + 1 + 64
"""Bytes of a claim of two statements."""

PUBLICS = HEAD + 4 * 8
ROOTS = PUBLICS + 4 * 28


@pytest.fixture(scope="module")
def honest() -> bytes:
    return table().prove()


def cause(data: bytes, accept: Accept = ACCEPT) -> str:
    with pytest.raises(Refused) as refused:
        verify(data, accept)
    return refused.value.cause


def forged(maker: type[Forger], accept: Accept = ACCEPT, **options: object) -> str:
    return cause(table(maker, strict=False, **options).prove(), accept)


def changed(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


def number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 8], "little")


def test_an_honest_proof_is_accepted(honest):
    found = verify(honest, ACCEPT)
    assert isinstance(found, Verified)
    told = dict(found.publics)
    assert told == {"rows": {"count": 12}, "sum": {"total": 110, "squares": 2340, "offset": 7}}
    assert honest == table().prove()


def test_a1_public_inputs_are_bound(honest):
    total = number(honest, HEAD + 8)
    assert total == 110
    assert cause(changed(honest, HEAD + 8, pack("<Q", 111))) == "rules"
    assert cause(changed(honest, HEAD, pack("<QQ", 13, 110))) == "rules"


def test_a2_statement_and_parameters_are_bound(honest):
    for at, value, why in ((8, 3, "encoding"), (9, 1, "security"), (9, 9, "encoding"),
                           (8, 2, "encoding"), (10, 6, "rules"), (10, 23, "encoding"),
                           (10, 2, "encoding"),
                           (11, 1, "rules"), (11, 4, "statement"), (12, 1, "rules"),
                           (12, 39, "encoding"), (13, 1, "rules"), (45, 1, "publics"),
                           (45, 17, "encoding"), (46, 0, "statement")):  # fmt: skip
        accept = replace(ACCEPT, least_bits=1 if at != 9 else 200)
        assert cause(changed(honest, at, bytes((value,))), accept) == why, (at, value)


class Shifted(Forger):
    """A3: two out-of-domain values are shifted so that the rules' equation still holds."""

    def told(self, now: Poly, after: Poly) -> tuple[Poly, Poly]:
        return [*now[:3], *_moved(now[3], now[4]), *now[5:]], after


def _moved(a: tuple[int, ...], b: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Columns 3 and 4 are limbs that the toy statements never look at: any value fits the rules."""
    return [((a[0] + 5) % P, a[1]), ((b[0] - 5) % P, b[1])]


def test_a3_out_of_domain_values_are_bound(honest):
    """They are absorbed before the coefficients are drawn, so no shift can cancel."""
    assert forged(Shifted) == "degree"
    at = ROOTS + 3 * 16
    bent = changed(honest, at, pack("<Q", (number(honest, at) + 5) % P))
    assert cause(bent) in {"grinding", "opening"}


class OtherEnd(Forger):
    """A4: other coefficients of the last polynomial than what was folded."""

    def last(self, poly: Poly) -> Poly:
        return [((poly[0][0] + 1) % P, poly[0][1]), *poly[1:]]


def last_at(data: bytes) -> int:
    """Where the last coefficients begin: four of them, after one layer."""
    columns = 9 + 3 + 4
    return ROOTS + 16 * (2 * columns + 2) + 28


def test_a4_the_last_polynomial_is_bound(honest):
    assert forged(OtherEnd) == "degree"
    bent = changed(honest, last_at(honest), pack("<Q", 1))
    assert cause(bent) in {"grinding", "opening"}


def test_a5_the_last_polynomial_has_exactly_its_length(honest):
    end = last_at(honest) + 4 * 16
    for more in (bytes(16), pack("<QQ", 1, 0)):
        assert cause(honest[:end] + more + honest[end:]) in {"grinding", "opening", "encoding"}
    assert cause(honest[: end - 16] + honest[end:]) in {"grinding", "opening", "encoding"}


class Swapped(Forger):
    """A6: two columns stand in each other's place in the leaves, their values are told honestly."""

    def leaves(self, name: str, rows: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
        return [(b, a, *more) for a, b, *more in rows] if name == "own" else rows


def test_a6_each_column_and_point_has_its_own_coefficient():
    assert forged(Swapped) == "opening"


def test_a7_there_is_no_proof_without_queries(honest):
    """How many there are is not read from a proof; every preset has some."""
    assert all(preset.queries > 0 for preset in PRESETS.values())
    assert cause(changed(honest, 9, b"\0")) == "encoding"
    openings = last_at(honest) + 4 * 16 + 8
    assert cause(honest[:openings]) == "encoding"


def test_a8_weak_parameters_are_refused(honest):
    assert cause(honest, Accept(KNOWN)) == "security"
    assert cause(honest, Accept(KNOWN, least_bits=0, regimes=())) == "security"


class Idle(Forger):
    """A9: a nonce that shows no work."""

    def work(self, nonce: int) -> int:
        return nonce + 1


def test_a9_grinding_is_checked_before_places_are_drawn(honest):
    assert forged(Idle) == "grinding"
    assert all(0 <= preset.grinding < 64 for preset in PRESETS.values())
    drawn = []
    for nonce in (1, 2):
        said = Transcript()
        said.absorb("nonce", pack("<Q", nonce))
        drawn.append(said.positions("positions", 1 << 20, 8))
    assert drawn[0] != drawn[1]


def test_a10_a11_the_random_point_is_no_row_and_no_place():
    """Rows and places are in the base field; such a point is passed over, so x − z is never 0."""
    assert outside(iter([(5, 0), (1, 0), (7, 0), (3, 1), (4, 4)])) == (3, 1)
    assert outside(iter([(5, 0, 0), (0, 0, 1)])) == (0, 0, 1)


class Chosen(Forger):
    """A12: the prover opens the places that it likes."""

    def places(self, positions: list[int]) -> list[int]:
        return list(range(len(positions)))


def test_a12_places_are_derived_and_not_read():
    assert forged(Chosen) == "opening"


class Fewer(Forger):
    """A13: fewer places than the preset has."""

    def places(self, positions: list[int]) -> list[int]:
        return positions[:-1]


def test_a13_places_are_different_and_as_many_as_declared():
    assert forged(Fewer) in {"encoding", "opening"}
    said = Transcript()
    for _ in range(50):
        found = said.positions("positions", 64, 40)
        assert len(set(found)) == 40
        assert found == sorted(found)
    counts = [0] * 8
    for _ in range(500):
        for place in said.positions("positions", 8, 2):
            counts[place] += 1
    assert all(80 < count < 170 for count in counts)


def test_a14_leaves_and_nodes_cannot_be_confused():
    left, right = leaf(b"left...."), leaf(b"right...")
    root, pair = node(left + right), left + right
    assert leaf(pair) != node(pair)
    with pytest.raises(Refused) as refused:
        open_at(Reader(b"", "a tree"), root, route(1, [0]), [leaf(pair)])
    assert refused.value.cause == "opening"
    for width in (6, 8):
        with pytest.raises(Refused):
            open_at(Reader(right, "a tree"), root, route(2, [0]), [leaf(left[: 4 * width])])


def test_a15_paths_have_one_length_and_one_place():
    tree = Tree([(i,) for i in range(8)])
    path, own = tree.siblings([5]), leaf(pack("<Q", 5))
    open_at(Reader(path, "a tree"), tree.root, route(8, [5]), [own])
    for data, at, size in ((path[28:], 5, 8), (path, 4, 8), (path, 5 + 8, 8), (path, 5, 16)):
        with pytest.raises(Refused) as refused:
            open_at(Reader(data, "a tree"), tree.root, route(size, [at]), [own])
        assert refused.value.cause in {"opening", "encoding"}
    longer = Reader(path + bytes(28), "a tree")
    open_at(longer, tree.root, route(8, [5]), [own])
    with pytest.raises(Refused, match="left over"):
        longer.end()


class Surplus(Forger):
    """A16: one digest more than can be used."""

    def opened(self, name: str, values: list[int], siblings: bytes) -> tuple[list[int], bytes]:
        return values, siblings + bytes(28) if name == "quotient" else siblings


class Twice(Forger):
    """A16: the first leaf's values are told again in place of the second's."""

    def opened(self, name: str, values: list[int], siblings: bytes) -> tuple[list[int], bytes]:
        return (values[:9] + values[:9] + values[18:] if name == "data" else values), siblings


def test_a16_a_multiproof_has_no_slack(honest):
    assert forged(Surplus) in {"encoding", "opening"}
    assert forged(Twice) == "opening"
    assert cause(honest + bytes(28)) == "encoding"


def test_a17_no_layer_is_left_out_added_or_exchanged(honest):
    layers = table(k=7)
    accept = Accept({tape.id: tape for tape in layers.tapes}, least_bits=0)
    two = layers.prove()
    assert verify(two, accept).combination.log_rows == 7
    first = ROOTS + 16 * (2 * 16 + 2)
    assert cause(two[:first] + two[first + 28 :], accept) in {"grinding", "encoding", "opening"}
    turned = two[first + 28 : first + 56] + two[first : first + 28]
    assert cause(changed(two, first, turned), accept) in {"grinding", "opening"}
    at = last_at(honest)
    assert cause(honest[: at - 28] + honest[at:]) in {"grinding", "encoding", "opening"}
    assert cause(honest[:at] + bytes(28) + honest[at:]) in {"grinding", "encoding", "opening"}


class OtherWord(Forger):
    """A18: an honest first layer, then another polynomial of low degree."""

    def layer(self, i: int, values: Poly) -> Poly:
        return [(3, 4)] * len(values) if i == 1 else values


class OtherFirst(Forger):
    """A18: the first layer is not the composition of the columns."""

    def layer(self, i: int, values: Poly) -> Poly:
        return [(3, 4)] * len(values) if i == 0 else values


def test_a18_each_layer_folds_to_the_next():
    assert forged(OtherWord) == "degree"
    assert forged(OtherFirst) == "opening"


def test_a19_numbers_have_one_encoding(honest):
    """x + p for every small x: in publics, in values, in the last coefficients, in leaves."""
    small = [
        at
        for at in (*range(HEAD, PUBLICS, 8), *range(ROOTS, len(honest) - 8, 4))
        if number(honest, at) < 2**32 - 1
    ]
    assert len(small) > 4
    for at in range(HEAD, PUBLICS, 8):
        assert cause(changed(honest, at, pack("<Q", number(honest, at) + P))) == "encoding"
    for at in (ROOTS, last_at(honest), last_at(honest) + 80):
        assert cause(changed(honest, at, pack("<Q", P))) in {"encoding", "grinding"}
    values = last_at(honest) + 4 * 16 + 8
    assert cause(changed(honest, values, pack("<Q", P))) == "encoding"


def test_a20_no_two_messages_are_one():
    def state(*messages: tuple[str, bytes]) -> bytes:
        said = Transcript()
        for label, data in messages:
            said.absorb(label, data)
        return said.state

    states = [
        state(("own", b"ab"), ("aux", b"c")),
        state(("own", b"a"), ("aux", b"bc")),
        state(("own", b"abaux"), ("", b"c")),
        state(("own", b"abc")),
        state(("own", b"ab"), ("aux", b"c"), ("more", b"")),
        state(("aux", b"c"), ("own", b"ab")),
        state(("owna", b"b"), ("aux", b"c")),
    ]
    assert len(set(states)) == len(states)


class Multiplied(Forger):
    """A21: weight 40 is in no table; p + … multiplicities are tried instead."""

    def prove(self) -> bytes:
        self.own[1][8] += 1
        return super().prove()


def test_a21_multiplicities_do_not_wrap_around():
    """Never more than 2^12 lookups in 2^22 rows: far below p. A forged multiplicity is noticed."""
    assert MOST << ROWS < P
    assert forged(Multiplied, weights=[5, 40]) == "rules"


def test_a22_one_bus_has_one_width():
    writer = rows_writer()
    writer.look(0, 2, 2)
    tape = writer.tape()
    with pytest.raises(Refused, match="another width") as refused:
        combine([(0, tape.id)], {tape.id: tape}, 5, [0])
    assert refused.value.cause == "statement"


class Opened(Forger):
    """A23: an accumulator that does not come back to where it began."""

    def auxiliary(self, columns: list[Poly]) -> list[Poly]:
        return [
            *columns[:-1],
            [(a + 1, b) if i else (a, b) for i, (a, b) in enumerate(columns[-1])],
        ]


class Flat(Forger):
    """A23: an accumulator of zeros."""

    def auxiliary(self, columns: list[Poly]) -> list[Poly]:
        return [*columns[:-1], [(0, 0)] * len(columns[-1])]


def test_a23_the_sum_of_all_fractions_is_bound_and_zero():
    """No sum is sent: the accumulator is cyclic."""
    for maker in (Opened, Flat):
        assert forged(maker) == "rules"


class Late(Forger):
    """A24: multiplicities made to fit the challenges that are drawn where none is committed yet."""

    before = b""

    def _tree(self, said: Transcript, name: str, polys: list[Poly], width: int) -> Tree:
        self.before = said.state if name == "own" else self.before
        return super()._tree(said, name, polys, width)

    def prove(self) -> bytes:
        super().prove()
        early = Transcript()
        early.state = self.before
        drawn = early.elements("lookups", 2)
        beta = dict(zip(self.c.buses, islice(drawn, 1, None), strict=False))[BUS]
        self.own[1][1], self.own[1][2] = fitting(beta, 40)
        weights = [inv(sub(beta, (w, 0))) for w in self.data[1]]
        counted = [
            scale(inv(sub(beta, (t, 0))), m) for t, m in zip(self.own[0], self.own[1], strict=True)
        ]
        assert reduce(add, weights) == reduce(add, counted), "with these it would be accepted"
        return super().prove()


def fitting(beta: Element, weight: int) -> tuple[int, int]:
    """How often 1 and 2 would have to be asked for, so that a weight seems to be in the table."""
    (a, b), (c, d), (e, f) = (inv(sub(beta, (value, 0))) for value in (1, 2, weight))
    back = inverse((a * d - b * c) % P)
    return (e * d - f * c) * back % P, (a * f - b * e) * back % P


def test_a24_challenges_depend_on_committed_multiplicities():
    """Chosen after the challenges, two multiplicities are enough to let any weight pass."""
    assert forged(Late, weights=[5, 40]) == "rules"
    drawn = []
    for root in (b"a", b"b"):
        said = Transcript()
        said.absorb("own", root)
        drawn.append(list(islice(said.elements("lookups", 2), 2)))
    assert drawn[0] != drawn[1]


def test_a25_limbs_are_in_their_range():
    above = table(weights=[5, 32], strict=False)
    assert cause(above.prove()) == "rules"
    minus = table(weights=[9, 9, P - 1], strict=False)
    minus.publics = [3, 17, 163, 7]
    assert cause(minus.prove()) == "rules"


def test_a26_totals_cannot_reach_p(honest):
    assert cause(changed(honest, 10, b"\x17")) == "encoding"
    writer = rows_writer()
    writer.most = 4
    tape = writer.tape()
    with pytest.raises(Refused, match=r"sound for 2\^4 rows"):
        combine([(0, tape.id)], {tape.id: tape}, 5, [0])
    big = table(strict=False)
    big.publics[1] = 1 << 40
    assert cause(big.prove()) == "publics"


def test_a27_first_and_last_rows_are_bound():
    """The table column wraps from 31 to 0 and a transition is no rule there; its ends are."""
    shifted = table(strict=False)
    shifted.own[0] = [i + 1 for i in range(32)]
    assert cause(shifted.prove()) == "rules"


@pytest.mark.parametrize(
    "bend",
    [
        lambda f: f.data[1].__setitem__(20, 3),
        lambda f: f.data[0].__setitem__(3, 2),
        lambda f: f.data[0].__setitem__(20, 1),
    ],
    ids=["weight in padding", "real is 2", "real after padding"],
)
def test_a28_padding_carries_nothing(bend: Callable[[Forger], None]):
    forger = table(strict=False)
    bend(forger)
    padded = forger.data[1]
    forger.own[1] = [padded.count(value) for value in range(32)]
    forger.own[2] = [weight + 7 for weight in padded]
    forger.publics = [sum(forger.data[0]), sum(padded), sum(w * w for w in padded), 7]
    assert cause(forger.prove()) == "rules"


def test_a31_a_proof_of_one_statement_is_none_of_another(honest):
    """The other one has the same shape and asks for less."""
    writer = sum_writer(toys.ROWS)
    writer.constraints = [*writer.constraints[:-1], writer.constraints[0][:-1] + b"!"]
    other = writer.tape()
    accept = Accept({**KNOWN, other.id: other}, least_bits=0)
    assert cause(changed(honest, HEAD - 32, other.id), accept) == "rules"


def test_a32_a_proof_is_about_one_table(honest):
    """The toy's blowup is the headers', so its root can stand in one."""
    found = verify(honest, ACCEPT)
    header = Header(bytes(32), "gov", "votes", 0, 12, bytes(32), found.low_degree_root)
    assert "is the proof's" in check_header(found, header)
    others = (
        replace(header, prover_root=bytes(32)),
        replace(header, row_root=b"\1" * 32),
        replace(header, rows=13),
    )
    for other in others:
        with pytest.raises(Refused) as refused:
            check_header(found, other)
        assert refused.value.cause == "header"
    assert "compare with the rows" in check_header(found, replace(header, prover_root=None))


def test_a33_no_two_prefixes_give_the_same_challenge():
    said, seen = Transcript(), set()
    for i in range(200):
        seen.add(next(said.elements("same", 2)))
        if i % 3 == 0:
            said.absorb("same", b"")
    assert len(seen) == 200


class Corrupt(Forger):
    """A34: one leaf of the data tree is another row, where nobody happens to look."""

    def leaves(self, name: str, rows: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
        if name != "data":
            return rows
        return [*rows[:77], (*rows[77][:1], 9, *rows[77][2:]), *rows[78:]]


def test_a34_a_leaf_of_the_low_degree_tree_shows_no_row(honest):
    """Such a proof may be accepted, and its totals are right. Its root is not that of the rows,
    which whoever recomputes it sees; rows are shown by the row tree alone (psephos.batch.witness).
    """
    found = verify(table(Corrupt, strict=False).prove(), ACCEPT)
    true = verify(honest, ACCEPT)
    assert found.publics == true.publics
    assert found.low_degree_root != true.low_degree_root


def test_a35_malformed_bytes_are_refused(honest):
    nothing = [b"", b"PSEPHOSP", b"PSEPHOSP\1", pickle.dumps({"a": 1}), b"{}" * 100]
    nothing += [json.dumps([[[[[]]]]]).encode(), b"\xff" * 5000, bytes(LIMIT + 1)]
    nothing += [honest[:size] for size in range(0, len(honest), 97)]
    for data in nothing:
        assert cause(data) in {"encoding", "grinding", "opening"}
    assert cause(honest + b"\0") == "encoding"


def test_a36_there_is_no_development_mode(honest):
    """The weakest preset is refused by whoever does not ask for fewer bits."""
    assert cause(honest, Accept(KNOWN)) == "security"
    assert cause(honest, Accept(KNOWN, least_bits=20)) == "security"
    assert sorted(PRESETS) == [1, 2, 3]


def test_a37_no_required_statement_is_left_out():
    with pytest.raises(Refused, match="requires") as refused:
        combine([(0, SUM.id)], KNOWN, 5, [0])
    assert refused.value.cause == "statement"
    with pytest.raises(Refused, match="requires"):
        combine([(0, SUM.id), (0, toys.ROWS.id)], KNOWN, 5, [0])


def test_a38_only_listed_statements_are_accepted(honest):
    assert cause(honest, Accept({toys.ROWS.id: toys.ROWS}, least_bits=0)) == "statement"
    lax = rows_writer()
    lax.constraints.pop(0)
    assert lax.tape().id not in KNOWN


def test_relations_of_publics_are_checked_exactly():
    for at, value, why in (
        (3, 8, "relation"),
        (1, 12 * 31 + 1, "relation"),
        (2, 110**2 + 1, "relation"),
    ):
        forger = table(strict=False)
        forger.publics[at] = value
        assert cause(forger.prove()) == why


def test_tapes_that_are_not_well_formed_are_refused():
    whole = rows_writer().to_bytes()
    for data in (whole[:-1], whole + b"\0", b"PSEPHOST\2" + whole[9:], changed(whole, 15, b"\xff")):
        with pytest.raises(Refused):
            read_tape(data)
    for bend in (
        lambda w: w.rule(0, w.op(8, w.op(8, 0, 0), w.op(8, 0, 0)), "degree 4"),
        lambda w: w.rule(2, w.op(8, w.op(8, 0, 0), 0), "degree 3 in the first row"),
        lambda w: w.look(0, 1),
        lambda w: w.sum(1, 0, "the next row"),
        lambda w: w.sum(0, 9, "no such public"),
        lambda w: w.op(OWN, 2),
        lambda w: w.op(8, 200, 0),
        lambda w: w.relation(0, "strange", (0, 1, [(0, 5)])),
        lambda w: w.relation(0, "stranger", (0, 1, [(1, 0)])),
    ):
        writer = rows_writer()
        bend(writer)
        with pytest.raises(Refused, match="not well formed"):
            writer.tape()
