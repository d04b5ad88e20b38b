// What a proof opens: leaves of its trees at places that only the finished transcript names.

import { Refused } from "../refused.mjs";
import { GENERATOR, P, pow, rootOfUnity } from "./field.mjs";
import { SIZE, digest, leaf } from "./hash.mjs";
import { lastDegree, layers } from "./fri.mjs";
import { openAt } from "./merkle.mjs";

/** What follows the values: each layer's root with its β, the last coefficients, the nonce. */
export function readFolds(reader, said, preset, logRows) {
  const d = preset.extension;
  const folds = Array.from({ length: layers(logRows, preset) }, () => {
    const root = reader.take(SIZE);
    said.absorb("layer", root);
    return { root, beta: said.elements("fold", d).next() };
  });
  const start = reader.at;
  const last = reader.extension(2 ** lastDegree(logRows, preset), d);
  said.absorb("last", reader.data.subarray(start, reader.at));
  work(reader, said, preset.grinding);
  return { folds, last };
}

/** The nonce: its hash with the state begins with `bits` zero bits; then it is absorbed. */
function work(reader, said, bits) {
  const nonce = reader.take(8);
  const view = new DataView(digest("pstark-G", said.state, nonce).buffer);
  if (view.getBigUint64(0, true) & ((1n << BigInt(bits)) - 1n)) {
    throw new Refused("grinding", `the nonce does not show ${bits} bits of work`);
  }
  said.absorb("nonce", nonce);
}

/** What stands in all trees at each position, after it led to their roots. */
export function opened(reader, trees, positions, m) {
  const rows = positions.map(() => []);
  for (const { root, width } of trees) {
    if (!width) continue;
    const digests = rows.map((row) => {
      const start = reader.at;
      row.push(...reader.elements(width));
      return leaf(reader.data.subarray(start, reader.at));
    });
    openAt(reader, root, 2 ** m, positions, digests);
  }
  return rows;
}

/** The points at these positions of the evaluation domain of size 2^m. */
export function pointsAt(positions, m) {
  const omega = rootOfUnity(m);
  return positions.map((q) => (GENERATOR * pow(omega, q)) % P);
}
