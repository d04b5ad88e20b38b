// The statement's rules at one point: tapes run on numbers, then what LogUp and sums ask for.

import { add, inverse, lift, mul, scale, sub } from "./field.mjs";
import { ADD, DATA, DATA_NEXT, EVERY, OWN, OWN_NEXT, PUBLIC, SUB } from "./tape.mjs";

/**
 * Kind and value of every constraint at the point, those of the tapes first.
 *
 * `now` and `after` are all columns at z and at g·z: `data` a map by code for each table, `own`,
 * `auxiliary`. `lookups` are α, β of each bus, γ of each sum; null if there are none.
 */
export function constraints(c, now, after, publics, lookups) {
  const found = [];
  const fractions = [];
  const sums = [];
  for (const { tape, table, ownAt, publicAt } of c.placed) {
    const mine = publics.slice(publicAt, publicAt + tape.elements);
    const registers = run(tape, table, now, after, ownAt, mine);
    for (const { kind, register } of tape.constraints) {
      found.push({ kind, value: registers[register] });
    }
    if (!lookups) continue;
    for (const { bus, numerator, members } of tape.interactions) {
      const told = members.map((register) => registers[register]);
      fractions.push({ u: registers[numerator], f: denominator(lookups, bus, told) });
    }
    for (const { register, isPublic, target } of tape.sums) {
      sums.push({ value: registers[register], target: isPublic ? mine[Number(target)] : target });
    }
  }
  return lookups ? [...found, ...auxiliary(c, now, after, fractions, sums, lookups)] : found;
}

/** The registers of a tape; `own` is where its own columns begin, `publics` are its own. */
export function run(tape, table, now, after, own, publics) {
  const d = now.data[0].get(0).length;
  const found = [];
  for (const { code, a, b } of tape.operations) {
    if (code === ADD) found.push(add(found[a], found[b]));
    else if (code === SUB) found.push(sub(found[a], found[b]));
    else if (code > SUB) found.push(mul(found[a], found[b]));
    else if (code === DATA) found.push(now.data[table].get(a));
    else if (code === DATA_NEXT) found.push(after.data[table].get(a));
    else if (code === OWN) found.push(now.own[own + a]);
    else if (code === OWN_NEXT) found.push(after.own[own + a]);
    else found.push(lift(code === PUBLIC ? publics[a] : a, d));
  }
  return found;
}

/** β − x₁ − α·x₂ − α²·x₃ − … */
function denominator(lookups, bus, members) {
  let folded = members[members.length - 1];
  for (let i = members.length - 2; i >= 0; i--) folded = add(mul(folded, lookups.alpha), members[i]);
  return sub(lookups.beta.get(bus), folded);
}

/** The helpers' constraints, two fractions each, and the accumulator's. */
function auxiliary(c, now, after, fractions, sums, lookups) {
  const helpers = now.auxiliary.slice(0, -1);
  const total = now.auxiliary[helpers.length];
  let step = sub(after.auxiliary[helpers.length], total);
  const found = helpers.map((helper, i) => {
    const [{ u, f }, second] = fractions.slice(2 * i, 2 * i + 2);
    let value = sub(mul(helper, f), u);
    if (second) value = sub(mul(value, second.f), mul(second.u, f));
    step = sub(step, helper);
    return { kind: EVERY, value };
  });
  let due = lift(0n, total.length);
  sums.forEach(({ value, target }, j) => {
    step = sub(step, mul(lookups.gamma[j], value));
    due = add(due, scale(lookups.gamma[j], target));
  });
  found.push({ kind: EVERY, value: add(step, scale(due, inverse(1n << BigInt(c.logRows)))) });
  return found;
}
