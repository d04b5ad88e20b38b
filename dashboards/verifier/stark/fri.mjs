// Folding: that a function is, nearly everywhere, a polynomial of low degree.

import { Refused } from "../refused.mjs";
import {
  GENERATOR, P, add, inverse, mul, pow, powers, residue, rootOfUnity, same, scale, sub,
} from "./field.mjs";
import { leaf, packed } from "./hash.mjs";
import { openAt } from "./merkle.mjs";

/** How often is folded until at most 2^last coefficients are left. */
export function layers(logRows, preset) {
  return Math.max(0, Math.ceil((logRows - preset.last) / preset.fold));
}

/** log₂ of the number of coefficients that are sent. */
export function lastDegree(logRows, preset) {
  return logRows - preset.fold * layers(logRows, preset);
}

/**
 * Follow `known`, values by position, through every layer to the last polynomial.
 *
 * What cannot be computed is read. Refused as "opening" if values do not lead to a layer's root,
 * as "degree" if what was folded is not the last polynomial there.
 */
export function checkFolds(reader, preset, logRows, folds, last, known) {
  let m = logRows + preset.blowup;
  let shift = GENERATOR;
  for (const fold of folds) {
    known = folded(reader, preset, fold, known, m, shift);
    m -= preset.fold;
    shift = pow(shift, 1 << preset.fold);
  }
  const shifts = powers(shift, last.length);
  const turns = powers(rootOfUnity(m), 2 ** (m - 1));
  const columns = last[0].map((_, j) =>
    evaluated(last.map((c, i) => (c[j] * shifts[i]) % P), turns),
  );
  for (const [position, value] of known) {
    if (!same(value, columns.map((column) => column[position]))) {
      const told = `the last polynomial has another value at place ${position}`;
      throw new Refused("degree", told);
    }
  }
}

/**
 * A polynomial's values at 1, ω, ω² …; `turns` is the first half of these.
 *
 * Those of its even and of its odd part at half as many places, put together.
 */
function evaluated(coefficients, turns) {
  if (coefficients.length === 1) return new Array(2 * turns.length || 1).fill(coefficients[0]);
  const half = turns.length > 1 ? turns.filter((_, i) => i % 2 === 0) : [];
  const even = evaluated(coefficients.filter((_, i) => i % 2 === 0), half);
  const odd = evaluated(coefficients.filter((_, i) => i % 2 === 1), half);
  const turned = odd.map((b, i) => (b * turns[i]) % P);
  return [
    ...even.map((a, i) => (a + turned[i]) % P),
    ...even.map((a, i) => residue(a - turned[i])),
  ];
}

/** Values of the next layer, from the cosets in which values are known. */
function folded(reader, preset, fold, known, m, shift) {
  const arity = 1 << preset.fold;
  const leaves = 2 ** (m - preset.fold);
  const cosets = new Map();
  for (const [position, value] of known) {
    const place = position % leaves;
    if (!cosets.has(place)) cosets.set(place, new Array(arity).fill(null));
    cosets.get(place)[Math.floor(position / leaves)] = value;
  }
  const places = [...cosets.keys()].sort((a, b) => a - b);
  const digests = places.map((place) => {
    const coset = cosets.get(place);
    const absent = coset.filter((value) => value === null).length;
    const read = reader.extension(absent, preset.extension).values();
    coset.forEach((value, slot) => {
      if (value === null) coset[slot] = read.next().value;
    });
    return leaf(packed(coset.flat()));
  });
  openAt(reader, fold.root, leaves, places, digests);
  const back = inverse(rootOfUnity(m));
  const start = inverse(shift);
  const turns = powers(inverse(rootOfUnity(preset.fold)), arity / 2);
  const scaled = inverse(BigInt(arity));
  const at = (place) => (start * pow(back, place)) % P;
  return new Map(
    places.map((place) => {
      const value = interpolated(cosets.get(place), at(place), fold.beta, turns);
      return [place, scale(value, scaled)];
    }),
  );
}

/**
 * At β, 2^fold times the polynomial through a coset's values; `x` is the inverse of its first point.
 *
 * Half by half: f(x) + f(−x) is twice the even part of f at x², (f(x) − f(−x))/x twice the odd
 * part, and f is even + β·odd.
 */
function interpolated(values, x, beta, turns) {
  while (values.length > 1) {
    const half = values.length / 2;
    const step = turns.length / half;
    const point = x;
    values = values.slice(0, half).map((low, t) => {
      const high = values[t + half];
      const odd = scale(sub(low, high), (point * turns[t * step]) % P);
      return add(add(low, high), mul(beta, odd));
    });
    x = (x * x) % P;
    beta = mul(beta, beta);
  }
  return values[0];
}
