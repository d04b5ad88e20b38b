"""A slow prover in plain Python whose every step can be bent: it makes the proofs of attackers.

It is written from docs/method/prover-format.md for small tables and takes the opposite road to
the real prover at each turn: lists of tuples, one point at a time. What it may do wrong is a
method; an attack is a subclass that overrides one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from struct import pack

from psephos.stark.verify import air
from psephos.stark.verify.combination import Combination, combine
from psephos.stark.verify.field import (
    GENERATOR,
    Element,
    P,
    add,
    inv,
    inverse,
    lift,
    mul,
    power,
    root_of_unity,
    scale,
    sub,
)
from psephos.stark.verify.hash import digest, leaf, node
from psephos.stark.verify.presets import PRESETS, Preset
from psephos.stark.verify.tape import EVERY, FIRST, LAST, TRANSITION, Tape
from psephos.stark.verify.transcript import Transcript

Poly = list[Element]


def ntt(values: Sequence[Element], root: int) -> Poly:
    """Values at 1, root, root² … of the polynomial with these coefficients."""
    if len(values) == 1:
        return list(values)
    even, odd = ntt(values[::2], root * root % P), ntt(values[1::2], root * root % P)
    turned, turn = [], 1
    for value in odd:
        turned.append(scale(value, turn))
        turn = turn * root % P
    return [add(a, b) for a, b in zip(even, turned, strict=True)] + [
        sub(a, b) for a, b in zip(even, turned, strict=True)
    ]


def coefficients(values: Sequence[Element], shift: int = 1) -> Poly:
    """The polynomial through values at shift·1, shift·ω, shift·ω² …"""
    size = len(values)
    found = ntt(values, inverse(root_of_unity(size.bit_length() - 1)))
    back, factor, out = inverse(shift), inverse(size), []
    for value in found:
        out.append(scale(value, factor))
        factor = factor * back % P
    return out


def values_on(poly: Sequence[Element], size: int, shift: int = 1) -> Poly:
    factor, turned = 1, []
    for value in poly:
        turned.append(scale(value, factor))
        factor = factor * shift % P
    zero = lift(0, len(poly[0]))
    return ntt(turned + [zero] * (size - len(turned)), root_of_unity(size.bit_length() - 1))


def at(poly: Sequence[Element], x: Element) -> Element:
    value = lift(0, len(x))
    for c in reversed(poly):
        value = add(mul(value, x), c)
    return value


@dataclass
class Tree:
    """A Merkle tree over rows of numbers."""

    rows: list[tuple[int, ...]]
    levels: list[list[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        level = [leaf(pack(f"<{len(row)}Q", *row)) for row in self.rows]
        self.levels = [level]
        while len(level) > 1:
            level = [node(level[i] + level[i + 1]) for i in range(0, len(level), 2)]
            self.levels.append(level)

    @property
    def root(self) -> bytes:
        return self.levels[-1][0]

    def siblings(self, positions: Sequence[int]) -> bytes:
        found, known = b"", sorted(positions)
        for level in self.levels[:-1]:
            for i in known:
                if i ^ 1 not in known:
                    found += level[i ^ 1]
            known = sorted({i >> 1 for i in known})
        return found


@dataclass
class Forger:
    """A table with its helper columns, and everything it takes to prove something about it."""

    tapes: Sequence[Tape]
    k: int
    data: dict[int, list[int]]
    own: list[list[int]]
    publics: list[int]
    layout: int = 0
    preset: Preset = PRESETS[3]
    decimals: int = 0
    row_root: bytes = bytes(32)
    strict: bool = True
    seen: dict[str, object] = field(default_factory=dict)

    # What an attack overrides: each is given what an honest prover sends, and returns what is sent.

    def claimed(self, claim: bytes) -> bytes:
        return claim

    def auxiliary(self, columns: list[Poly]) -> list[Poly]:
        return columns

    def quotients(self, polys: list[Poly]) -> list[Poly]:
        return polys

    def leaves(self, name: str, rows: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
        return rows

    def told(self, now: Poly, after: Poly) -> tuple[Poly, Poly]:
        return now, after

    def layer(self, i: int, values: Poly) -> Poly:
        return values

    def last(self, poly: Poly) -> Poly:
        return poly

    def work(self, nonce: int) -> int:
        return nonce

    def places(self, positions: list[int]) -> list[int]:
        return positions

    def opened(self, name: str, values: list[int], siblings: bytes) -> tuple[list[int], bytes]:
        return values, siblings

    # The protocol

    def prove(self) -> bytes:
        d, preset, known = self.preset.extension, self.preset, {t.id: t for t in self.tapes}
        self.c = c = combine([(0, t.id) for t in self.tapes], known, self.k, [self.layout])
        head = b"PSEPHOSP" + bytes((1, preset.id, self.k, self.layout, self.decimals))
        head += self.row_root + bytes((len(self.tapes),)) + b"".join(t.id for t in self.tapes)
        claim = self.claimed(head)
        publics = pack(f"<{len(self.publics)}Q", *self.publics)
        said = Transcript()
        said.absorb("preset", preset.to_bytes())
        said.absorb("claim", claim)
        said.absorb("publics", publics)
        n, count = 1 << (self.k + preset.blowup), 1 << self.k
        base = [[lift(v, d) for v in self.data[code]] for code in c.codes[0]]
        own = [[lift(v, d) for v in column] for column in self.own]
        polys = [coefficients(column) for column in base + own]
        trees = [self._tree(said, "data", polys[: len(base)], 1)]
        trees.append(self._tree(said, "own", polys[len(base) :], 1))
        lookups = None
        if c.auxiliary:
            drawn = said.elements("lookups", d)
            alpha = next(drawn)
            beta = {bus: next(drawn) for bus in c.buses}
            lookups = air.Lookups(alpha, beta, list(islice(drawn, c.sums)))
            aux = self.auxiliary(self._auxiliary(c, base, own, lookups))
            polys += [coefficients(column) for column in aux]
        trees.append(self._tree(said, "aux", polys[len(base) + len(own) :], d))
        weights = list(islice(said.elements("constraints", d), c.constraints + c.auxiliary))
        q = self.quotients(self._quotient(c, polys, lookups, weights, n, count))
        trees.append(self._tree(said, "quotient", q, d))
        z = next(e for e in said.elements("point", d) if any(e[1:]))
        points = z, scale(z, root_of_unity(self.k))
        now, after = self.told(
            [at(p, points[0]) for p in polys + q], [at(p, points[1]) for p in polys]
        )
        values = b"".join(pack(f"<{d}Q", *v) for v in now + after)
        said.absorb("values", values)
        deep = list(islice(said.elements("deep", d), len(now) + len(after)))
        top = self._compose(polys + q, polys, points, now, after, deep, n)
        layers, last = self._fold(said, top, n, count)
        nonce = 0
        mask = (1 << preset.grinding) - 1
        while digest(b"pstark-G", said.state + pack("<Q", nonce))[0] & mask:
            nonce += 1
        nonce = self.work(nonce)
        said.absorb("nonce", pack("<Q", nonce))
        positions = self.places(said.positions("positions", n, preset.queries))
        parts = [claim, publics, *(t.root for t in trees if t.rows[0]), values]
        parts += [layer.root for layer, _ in layers]
        parts += [b"".join(pack(f"<{d}Q", *v) for v in last), pack("<Q", nonce)]
        for name, tree in zip(("data", "own", "aux", "quotient"), trees, strict=True):
            if tree.rows[0]:
                flat = [v for p in positions for v in tree.rows[p]]
                parts += self._opening(name, flat, tree.siblings(positions))
        known_places = positions
        for i, (tree, m) in enumerate(layers):
            leaves = sorted({p % m for p in known_places})
            flat = []
            for j in leaves:
                for t in range(1 << preset.fold):
                    if j + t * m not in known_places:
                        flat += tree.rows[j][t * d : t * d + d]
            parts += self._opening(f"layer {i}", flat, tree.siblings(leaves))
            known_places = leaves
        self.seen |= {"z": z, "deep": deep, "now": now, "after": after, "positions": positions}
        return b"".join(parts)

    def _opening(self, name: str, values: list[int], siblings: bytes) -> list[bytes]:
        values, siblings = self.opened(name, values, siblings)
        return [pack(f"<{len(values)}Q", *values), siblings]

    def _tree(self, said: Transcript, name: str, polys: list[Poly], width: int) -> Tree:
        n = 1 << (self.k + self.preset.blowup)
        columns = [values_on(p, n, GENERATOR) for p in polys]
        rows = [tuple(x for c in columns for x in c[j][:width]) for j in range(n)]
        tree = Tree(self.leaves(name, rows))
        said.absorb(name, tree.root if polys else b"")
        return tree

    def _auxiliary(
        self, c: Combination, data: list[Poly], own: list[Poly], lookups: air.Lookups
    ) -> list[Poly]:
        """The helpers' values and the accumulator's, row by row."""
        count, d = 1 << self.k, self.preset.extension
        helpers: list[Poly] = [[] for _ in range((c.interactions + 1) // 2)]
        total, running = lift(0, d), []
        due = lift(0, d)
        for i in range(count):
            now = air.Rows(
                [{k: col[i] for k, col in zip(c.codes[0], data, strict=True)}],
                [o[i] for o in own],
                (),
            )
            fractions, sums = [], []
            for tape, at_own, at_public in zip(c.tapes, c.own_at, c.public_at, strict=True):
                mine = self.publics[at_public : at_public + tape.elements]
                r = air.run(tape, 0, now, now, at_own, mine)
                for bus, u, members in tape.interactions:
                    f = lookups.beta[bus]
                    for j, m in enumerate(members):
                        f = sub(f, mul(power(lookups.alpha, j), r[m]))
                    fractions.append(mul(r[u], inv(f)))
                sums += [
                    (r[s.register], mine[s.target] if s.public else s.target) for s in tape.sums
                ]
            running.append(total)
            for j in range(0, len(fractions), 2):
                both = fractions[j : j + 2]
                h = both[0] if len(both) == 1 else add(*both)
                helpers[j // 2].append(h)
                total = add(total, h)
            due = lift(0, d)
            for (value, target), gamma in zip(sums, lookups.gamma, strict=True):
                total = add(total, mul(gamma, value))
                due = add(due, scale(gamma, target))
            total = sub(total, scale(due, inverse(count)))
        assert not self.strict or not any(total), "the sums are not right"
        return [*helpers, running]

    def _quotient(
        self, c: Combination, polys: list[Poly], lookups: air.Lookups | None,
        weights: list[Element], n: int, count: int,
    ) -> list[Poly]:  # fmt: skip
        d, g, step = self.preset.extension, root_of_unity(self.k), n // count
        values = [values_on(p, n, GENERATOR) for p in polys]
        end, omega = inverse(g), root_of_unity(n.bit_length() - 1)
        found = []
        x = GENERATOR
        base, own = c.data, c.data + c.own

        def rows(j: int) -> air.Rows:
            now = [column[j % n] for column in values]
            data = dict(zip(c.codes[0], now[:base], strict=True))
            return air.Rows([data], now[base:own], now[own:])

        for j in range(n):
            every = inverse((pow(x, count, P) - 1) % P)
            by = {EVERY: every, TRANSITION: every * (x - end) % P}
            by |= {FIRST: inverse((x - 1) % P), LAST: inverse((x - end) % P)}
            value = lift(0, d)
            pairs = air.constraints(c, rows(j), rows(j + step), self.publics, lookups)
            for (kind, constraint), a in zip(pairs, weights, strict=True):
                value = add(value, scale(mul(constraint, a), by[kind]))
            found.append(value)
            x = x * omega % P
        q = coefficients(found, GENERATOR)
        assert not self.strict or not any(any(v) for v in q[2 * count :]), "a rule does not hold"
        return [q[:count], q[count : 2 * count]]

    def _compose(
        self, first: list[Poly], second: list[Poly], points: tuple[Element, Element],
        now: Poly, after: Poly, deep: list[Element], n: int,
    ) -> Poly:  # fmt: skip
        d, omega, found, x = self.preset.extension, root_of_unity(n.bit_length() - 1), [], GENERATOR
        columns = [values_on(p, n, GENERATOR) for p in first]
        for j in range(n):
            value = lift(0, d)
            told = [*zip(columns, now, [points[0]] * len(first), strict=True)]
            told += zip(columns[: len(second)], after, [points[1]] * len(second), strict=True)
            for (column, v, point), c in zip(told, deep, strict=True):
                value = add(value, mul(c, mul(sub(column[j], v), inv(sub(lift(x, d), point)))))
            found.append(value)
            x = x * omega % P
        return found

    def _fold(
        self, said: Transcript, values: Poly, n: int, count: int
    ) -> tuple[list[tuple[Tree, int]], Poly]:
        d, a = self.preset.extension, 1 << self.preset.fold
        shift, e, layers = GENERATOR, self.k, []
        i = 0
        while e > self.preset.last:
            values = self.layer(i, values)
            m = len(values) // a
            tree = Tree([tuple(x for t in range(a) for x in values[j + t * m]) for j in range(m)])
            layers.append((tree, m))
            said.absorb("layer", tree.root)
            beta = next(said.elements("fold", d))
            omega, folded = root_of_unity(len(values).bit_length() - 1), []
            for j in range(m):
                coset = [values[j + t * m] for t in range(a)]
                folded.append(at(coefficients(coset, shift * pow(omega, j, P) % P), beta))
            values, shift, e, i = folded, pow(shift, a, P), e - self.preset.fold, i + 1
        poly = coefficients(self.layer(i, values), shift)
        assert not self.strict or not any(any(v) for v in poly[1 << e :]), "not of low degree"
        last = self.last(poly[: 1 << e])
        said.absorb("last", b"".join(pack(f"<{d}Q", *v) for v in last))
        return layers, last
