// The DEEP composition: one function that is of low degree only if all told values are true.

import { P, add, invAll, lift, mul, residue, sub, turns } from "./field.mjs";

/**
 * P(x) = Σ c_v (f_v(x) − v) / (x − z_v), over the values v told at one point or more.
 *
 * `told` are the values at each point; the first `base` of them are of columns over the field,
 * the others of columns over F, which stand in leaves as d numbers each.
 */
export function deep(points, told, coefficients, base) {
  let start = 0;
  return points.map((point, i) => {
    const own = coefficients.slice(start, (start += told[i].length));
    const due = own.reduce((sum, c, j) => add(sum, mul(c, told[i][j])), lift(0n, point.length));
    return { point, due, weights: weightsOf(own, base) };
  });
}

/** P at each place x, from the numbers that stand in the leaves there. */
export function composed(groups, places, rows) {
  const d = groups[0].point.length;
  const below = groups.flatMap(({ point }) => places.map((x) => sub(lift(x, d), point)));
  const inverses = invAll(below);
  let found = places.map(() => lift(0n, d));
  groups.forEach(({ due, weights }, group) => {
    found = rows.map((row, i) => {
      const top = weights.map((w, j) => residue(along(w, row) - due[j]));
      return add(found[i], mul(top, inverses[group * places.length + i]));
    });
  });
  return found;
}

/** Σ weight·number, reduced once. */
function along(weights, row) {
  let sum = 0n;
  for (let i = 0; i < weights.length; i++) sum += weights[i] * row[i];
  return sum % P;
}

/**
 * For each component of a sum Σ c·f, what each number in the leaves is multiplied by.
 *
 * A number that is the component j of an element counts as x^j.
 */
function weightsOf(coefficients, base) {
  const whole = coefficients.slice(0, base);
  for (const c of coefficients.slice(base)) whole.push(...turns(c));
  return coefficients[0].map((_, j) => whole.map((c) => c[j]));
}
