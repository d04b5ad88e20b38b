// BLAKE2s as proofs use it: personalised, so that no two uses can be taken for each other.

import { blake2s, started } from "../blake2s.mjs";
import { joined } from "../bytes.mjs";

/** Bytes of a digest in a Merkle tree: a collision costs 2^112. */
export const SIZE = 28;

const LEAF = started("pstark-L", SIZE);
const NODE = started("pstark-N", SIZE);
const PERSONS = new Map();

/** 32 bytes. */
export function digest(person, ...data) {
  if (!PERSONS.has(person)) PERSONS.set(person, started(person));
  return blake2s(PERSONS.get(person), data.length === 1 ? data[0] : joined(...data));
}

/** The digest of a leaf: its field elements, 8 bytes each. */
export function leaf(values) {
  return blake2s(LEAF, values);
}

/** The digest over two neighbours. */
export function node(left, right) {
  return blake2s(NODE, joined(left, right));
}

/** Field elements as bytes, the least significant first. */
export function packed(elements) {
  const words = new DataView(new ArrayBuffer(8 * elements.length));
  elements.forEach((element, i) => words.setBigUint64(8 * i, element, true));
  return new Uint8Array(words.buffer);
}
