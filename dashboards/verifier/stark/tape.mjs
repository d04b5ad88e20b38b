// A statement as data: operations over two rows, and what must hold of their registers.
//
// The bytes are section 6 of docs/method/prover-format.md. A statement's id is the hash of the
// bytes, so nothing of it is open to whoever sends a proof.

import { ascii, equal, hex } from "../bytes.mjs";
import { Refused } from "../refused.mjs";
import { digest } from "./hash.mjs";
import { P } from "./field.mjs";
import { Reader } from "./reader.mjs";

export const DATA = 0;
export const DATA_NEXT = 1;
export const OWN = 2;
export const OWN_NEXT = 3;
export const CONSTANT = 4;
export const PUBLIC = 5;
export const ADD = 6;
export const SUB = 7;
export const MUL = 8;

export const EVERY = 0;
export const TRANSITION = 1;
export const FIRST = 2;
export const LAST = 3;

/** A tape from its bytes; Refused as "statement" or "encoding" unless they are those of one. */
export function readTape(data) {
  const r = new Reader(data, "a tape");
  if (!equal(r.take(9), ascii("PSEPHOST\x01"))) {
    throw new Refused("statement", "these bytes are no tape of version 1");
  }
  const tape = {
    id: hex(digest("pstark-I", data)),
    name: r.label(),
    most: r.number(1),
    required: each(r, 1, () => hex(r.take(32))),
    own: r.number(2),
    operations: each(r, 2, () => operation(r)),
    constraints: each(r, 2, () => ({ kind: r.number(1), register: r.number(2), label: r.label() })),
    interactions: each(r, 2, () => ({
      bus: r.number(2), numerator: r.number(2), members: each(r, 1, () => r.number(2)),
    })),
    sums: each(r, 2, () => ({
      register: r.number(2), isPublic: !flag(r), target: r.word(), label: r.label(),
    })),
    publics: each(r, 1, () => ({
      name: r.label(), type: r.number(1), elements: each(r, 1, () => part(r)),
    })),
    relations: each(r, 1, () => ({
      atLeast: flag(r), label: r.label(), terms: each(r, 1, () => term(r)),
    })),
  };
  r.end();
  tape.elements = tape.publics.reduce((count, one) => count + one.elements.length, 0);
  return tape;
}

/** Statements by id, from the bytes of their tapes. */
export function tapesById(all) {
  return new Map(all.map((data) => readTape(data)).map((tape) => [tape.id, tape]));
}

/** A count of `size` bytes, then that many. */
function each(r, size, read) {
  return Array.from({ length: r.number(size) }, read);
}

function operation(r) {
  const code = r.number(1);
  if (code > MUL) throw new Refused("statement", `a tape has the operation ${code}`);
  if (code === CONSTANT) return { code, a: r.elements(1)[0], b: 0 };
  return { code, a: r.number(2), b: code >= ADD ? r.number(2) : 0 };
}

function flag(r) {
  const found = r.number(1);
  if (found > 1) {
    throw new Refused("statement", `a tape has a kind ${found} that is neither 0 nor 1`);
  }
  return found === 1;
}

/** Bits and shift of an element: a public's value is Σ element·2^shift. */
function part(r) {
  const bits = r.number(1);
  const shift = r.number(2);
  if (bits < 1 || bits > 64) {
    throw new Refused("statement", `a tape has a public element of ${bits} bits`);
  }
  return { bits, shift };
}

function term(r) {
  const sign = flag(r) ? -1n : 1n;
  return { factor: sign * r.word(), publics: each(r, 1, () => [r.number(1), r.number(1)]) };
}

/** The first number that a public element of so many bits cannot be. */
export function largest(bits) {
  const power = 1n << BigInt(bits);
  return power < P ? power : P;
}
