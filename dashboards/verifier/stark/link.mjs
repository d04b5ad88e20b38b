// One row of a proof's table, shown by opening the committed polynomials at the row's own point.
//
// The bytes are section 12 of docs/method/prover-format.md. A leaf of the tree would not show the
// row: single leaves of an accepted tree may be wrong.

import { ascii, equal } from "../bytes.mjs";
import { Refused } from "../refused.mjs";
import { codesOf } from "./combination.mjs";
import { composed, deep } from "./deep.mjs";
import { lift, pow, rootOfUnity } from "./field.mjs";
import { checkFolds } from "./fri.mjs";
import { SIZE } from "./hash.mjs";
import { opened, pointsAt, readFolds } from "./opening.mjs";
import { presetBytes } from "./presets.mjs";
import { Reader } from "./reader.mjs";
import { Transcript } from "./transcript.mjs";

const MAGIC = ascii("PSEPHOSK\x01");

/** The row of an accepted proof's table that a link shows, or Refused. */
export function verifyLink(data, proof) {
  const reader = new Reader(data, "the link");
  const { preset, logRows } = proof.claim;
  const d = preset.extension;
  if (!equal(reader.take(9), MAGIC)) {
    throw new Refused("encoding", "these bytes are no link of a row, version 1");
  }
  const shape = reader.take(3);
  const row = reader.number(4);
  const root = reader.take(SIZE);
  const table = proof.tables.find(
    (one) => equal(shape, [preset.id, logRows, one.layout]) && equal(root, one.dataRoot),
  );
  if (!table) throw new Refused("header", "the link is about another table than the proof");
  if (row >= 2 ** logRows) throw new Refused("encoding", `the table has no row ${row}`);
  const start = reader.at;
  const codes = codesOf(table.layout);
  const values = reader.elements(codes.length);
  const said = new Transcript();
  said.absorb("preset", presetBytes(preset));
  said.absorb("link", data.subarray(0, start));
  said.absorb("row", data.subarray(start, reader.at));
  const weights = said.elements("deep", d).take(values.length);
  const { folds, last } = readFolds(reader, said, preset, logRows);
  const m = logRows + preset.blowup;
  const positions = said.positions("positions", 2 ** m, preset.queries);
  const rows = opened(reader, [{ root, width: values.length }], positions, m);
  const point = lift(pow(rootOfUnity(logRows), row), d);
  const groups = deep([point], [values.map((value) => lift(value, d))], weights, values.length);
  const first = composed(groups, pointsAt(positions, m), rows);
  const known = new Map(positions.map((position, i) => [position, first[i]]));
  checkFolds(reader, preset, logRows, folds, last, known);
  reader.end();
  if (values[0] !== 1n) {
    throw new Refused("publics", `row ${row} is padding, not a row of the table`);
  }
  return { row, table: proof.tables.indexOf(table), ...told(codes, values) };
}

/** Weight, id and choice (0 against, 1 for, 2 abstain) of a row; null where there is none. */
function told(codes, values) {
  const columns = new Map(codes.map((code, i) => [code, values[i]]));
  const whole = (from, count) => {
    let sum = 0n;
    for (let i = 0; i < count; i++) sum += columns.get(from + i) << BigInt(16 * i);
    return sum;
  };
  const choice = [0, 1, 2].find((i) => columns.get(9 + i) === 1n);
  return {
    weight: whole(1, 8), id: columns.has(12) ? whole(12, 16) : null, choice: choice ?? null,
  };
}
