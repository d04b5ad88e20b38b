// The row tree, and proofs that something is a leaf of it: docs/method/header.md.

import { big, equal, joined } from "./bytes.mjs";
import { blake2s, started } from "./blake2s.mjs";
import { Refused } from "./refused.mjs";

const SIZE = 32;
const LEAF = started("psephosL");
export const NODE = started("psephosN");

/** The leaf of one row's canonical bytes. */
export function leaf(row) {
  return blake2s(LEAF, row);
}

export function node(person, left, right) {
  return blake2s(person, joined(left, right));
}

/**
 * The root that leaf `start` at `index` of `count` (BigInts) has with these neighbours.
 *
 * Their number follows from index and count, so a proof can be neither cut nor padded.
 */
export function climb(start, index, count, neighbours, person = NODE) {
  if (index >= count) throw new Refused("row", `no leaf ${index} in a tree of ${count}`);
  const rest = [...neighbours];
  let found = start;
  for (let width = count; width > 1n; width = (width + 1n) >> 1n, index >>= 1n) {
    if ((index ^ 1n) >= width) continue;
    if (!rest.length) throw new Refused("row", "an inclusion proof is too short");
    const other = rest.shift();
    found = index & 1n ? node(person, other, found) : node(person, found, other);
  }
  if (rest.length) throw new Refused("row", "an inclusion proof is too long");
  return found;
}

/** Index and count (8 bytes each), number of neighbours (1), then 32 bytes each. */
export function readInclusion(data) {
  if (data.length < 17 || data.length !== 17 + SIZE * data[16]) {
    throw new Refused("row", `an inclusion proof of ${data.length} bytes cannot be`);
  }
  const neighbours = [];
  for (let at = 17; at < data.length; at += SIZE) neighbours.push(data.subarray(at, at + SIZE));
  return { index: big(data.subarray(0, 8)), count: big(data.subarray(8, 16)), neighbours };
}

/** That a row (canonical bytes) leads to this root. */
export function leadsTo(row, { index, count, neighbours }, root) {
  return equal(climb(leaf(row), index, count, neighbours), root);
}
