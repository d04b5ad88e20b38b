// The one equation that says that all rules hold: checked at one random point.

import { Refused } from "../refused.mjs";
import { add, inv, inverse, isZero, lift, mul, power, rootOfUnity, same, sub } from "./field.mjs";
import { EVERY, FIRST, LAST, TRANSITION } from "./tape.mjs";

/** The first point that is not in the base field: no row, no place of a leaf stands there. */
export function outside(drawn) {
  for (;;) {
    const point = drawn.next();
    if (!isZero(point.slice(1))) return point;
  }
}

/** Σ a·C/Z = Q₀ + z^N·Q₁ at z, or Refused as "rules". */
export function checkRules(z, logRows, found, coefficients, quotient) {
  const one = lift(1n, z.length);
  const ofKind = [EVERY, TRANSITION, FIRST, LAST].map(() => lift(0n, z.length));
  found.forEach(({ kind, value }, i) => {
    ofKind[kind] = add(ofKind[kind], mul(coefficients[i], value));
  });
  const last = lift(inverse(rootOfUnity(logRows)), z.length);
  const high = power(z, 1n << BigInt(logRows));
  const inside = mul(ofKind[TRANSITION], sub(z, last));
  let left = mul(add(ofKind[EVERY], inside), inv(sub(high, one)));
  left = add(left, mul(ofKind[FIRST], inv(sub(z, one))));
  left = add(left, mul(ofKind[LAST], inv(sub(z, last))));
  if (!same(left, add(quotient[0], mul(high, quotient[1])))) {
    throw new Refused("rules", "the statement's rules do not hold at the random point");
  }
}
