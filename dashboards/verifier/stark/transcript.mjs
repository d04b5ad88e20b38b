// The transcript: every random choice is a hash of all that was said before, with its label.

import { ascii, joined } from "../bytes.mjs";
import { P } from "./field.mjs";
import { digest, packed } from "./hash.mjs";

const PERSON = "pstark-T";

/** A state of 32 bytes, changed by everything that is absorbed, and by every drawing. */
export class Transcript {
  constructor() {
    this.state = digest(PERSON, joined(Uint8Array.of(0), ascii("psephos stark proof 1")));
  }

  /** Take in a message: label and length stand before it, so none can pass for two. */
  absorb(label, data) {
    const size = packed([BigInt(data.length)]);
    this.state = digest(PERSON, Uint8Array.of(1), this.state, labelled(label), size, data);
  }

  /** A stream of numbers below 2^64 that depends on all before; the state moves on at once. */
  words(label) {
    const key = digest(PERSON, Uint8Array.of(2), this.state, labelled(label));
    this.state = digest(PERSON, Uint8Array.of(4), this.state, labelled(label));
    return stream(key);
  }

  /** `next` gives elements of F, by rejection: every element is as likely as any other. */
  elements(label, d) {
    const words = this.words(label);
    const base = () => {
      for (;;) {
        const word = words.next().value;
        if (word < P) return word;
      }
    };
    const next = () => Array.from({ length: d }, base);
    return { next, take: (count) => Array.from({ length: count }, next) };
  }

  /** `count` different numbers below n, a power of two, in ascending order. */
  positions(label, n, count) {
    const found = new Set();
    const words = this.words(label);
    while (found.size < count) found.add(Number(words.next().value % BigInt(n)));
    return [...found].sort((a, b) => a - b);
  }
}

function* stream(key) {
  for (let block = 0n; ; block++) {
    const found = digest(PERSON, Uint8Array.of(3), key, packed([block]));
    const view = new DataView(found.buffer);
    for (let i = 0; i < 4; i++) yield view.getBigUint64(8 * i, true);
  }
}

function labelled(label) {
  return joined(Uint8Array.of(label.length), ascii(label));
}
