// BLAKE2s (RFC 7693) with personalisation, on 32-bit words.

import { ascii } from "./bytes.mjs";

const START = Int32Array.of(
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
);

const SCHEDULE = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
  [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
  [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
  [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
  [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
].map((round) => Uint8Array.from(round));

const words = new Int32Array(16);
const v = new Int32Array(16);
const end = new Uint8Array(64);

/** The state before the first block of a digest of `size` bytes with a person of 8 bytes. */
export function started(person, size = 32) {
  const state = START.slice();
  const own = new DataView(ascii(person).buffer);
  state[0] ^= 0x01010000 ^ size;
  state[6] ^= own.getUint32(0, true);
  state[7] ^= own.getUint32(4, true);
  return { state, size };
}

/** The digest of `data`; `begun` is what `started` gave, and stays as it is. */
export function blake2s(begun, data) {
  const state = begun.state.slice();
  const blocks = Math.max(1, Math.ceil(data.length / 64));
  for (let block = 0; block < blocks; block++) {
    const start = 64 * block;
    const last = block === blocks - 1;
    load(last ? padded(data, start) : data, last ? 0 : start);
    compress(state, last ? data.length : start + 64, last);
  }
  const found = new Uint8Array(begun.size);
  for (let i = 0; i < begun.size; i++) found[i] = state[i >> 2] >>> (8 * (i & 3));
  return found;
}

/** The last block: what is left, and zeros. */
function padded(data, start) {
  end.fill(0);
  end.set(data.subarray(start));
  return end;
}

/** The 16 words at `start`. */
function load(data, start) {
  for (let i = 0, at = start; i < 16; i++, at += 4) {
    words[i] = data[at] | (data[at + 1] << 8) | (data[at + 2] << 16) | (data[at + 3] << 24);
  }
}

/** `told` bytes were taken in with this block: below 2^32 of them. */
function compress(state, told, last) {
  v.set(state);
  v.set(START, 8);
  v[12] ^= told;
  if (last) v[14] = ~v[14];
  for (const order of SCHEDULE) {
    mix(0, 4, 8, 12, words[order[0]], words[order[1]]);
    mix(1, 5, 9, 13, words[order[2]], words[order[3]]);
    mix(2, 6, 10, 14, words[order[4]], words[order[5]]);
    mix(3, 7, 11, 15, words[order[6]], words[order[7]]);
    mix(0, 5, 10, 15, words[order[8]], words[order[9]]);
    mix(1, 6, 11, 12, words[order[10]], words[order[11]]);
    mix(2, 7, 8, 13, words[order[12]], words[order[13]]);
    mix(3, 4, 9, 14, words[order[14]], words[order[15]]);
  }
  for (let i = 0; i < 8; i++) state[i] ^= v[i] ^ v[i + 8];
}

function mix(a, b, c, d, x, y) {
  let p = v[a];
  let q = v[b];
  let r = v[c];
  let s = v[d];
  p = (p + q + x) | 0;
  s = turned(s ^ p, 16);
  r = (r + s) | 0;
  q = turned(q ^ r, 12);
  v[a] = p = (p + q + y) | 0;
  v[d] = s = turned(s ^ p, 8);
  v[c] = r = (r + s) | 0;
  v[b] = turned(q ^ r, 7);
}

function turned(word, by) {
  return (word >>> by) | (word << (32 - by));
}
