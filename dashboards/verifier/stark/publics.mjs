// The public numbers: whole numbers put together from field elements, and how they relate.

import { Refused } from "../refused.mjs";
import { largest } from "./tape.mjs";

/** Σ element·2^shift of each public; Refused as "publics" if an element is out of range. */
export function valuesOf(c, elements) {
  let at = 0;
  return c.placed.map(({ tape }) =>
    tape.publics.map((told) => {
      let value = 0n;
      for (const { bits, shift } of told.elements) {
        const element = elements[at++];
        if (element >= largest(bits)) {
          const said = `${tape.name}: ${told.name} has a part of over ${bits} bits`;
          throw new Refused("publics", said);
        }
        value += element << BigInt(shift);
      }
      return value;
    }),
  );
}

/**
 * Every statement's relations between its publics and those of what it requires, of its own table.
 *
 * Refused as "relation", with its label, where one does not hold.
 */
export function checkRelations(c, values) {
  const first = new Map();
  c.placed.forEach(({ tape, table }, i) => {
    const key = (id) => `${table} ${id}`;
    if (!first.has(key(tape.id))) first.set(key(tape.id), values[i]);
    const whose = [values[i], ...tape.required.map((id) => first.get(key(id)))];
    for (const { atLeast, label, terms } of tape.relations) {
      const left = terms.reduce((sum, term) => sum + product(term, whose), 0n);
      if (left < 0n || (left && !atLeast)) {
        throw new Refused("relation", `${tape.name}: ${label} does not hold`);
      }
    }
  });
}

function product({ factor, publics }, whose) {
  return publics.reduce((found, [who, which]) => found * whose[who][which], factor);
}
