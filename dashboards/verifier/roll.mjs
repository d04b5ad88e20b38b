// The roll of a table of holders: the row tree in which a row, or its absence, has one short proof.
//
//   row      id (32), next id (32), weight (16), choice (1; ff where there is none)
//   witness  "PSEPHOSV" (8), version 01 (1), root (32), asked id (32), row (81), inclusion
//
// *Next* is the id of the following row, and in the last row that of the first.

import { ascii, begins, big, equal } from "./bytes.mjs";
import { Refused } from "./refused.mjs";
import { leadsTo, readInclusion } from "./tree.mjs";

export const ROLL_MAGIC = ascii("PSEPHOSV\x01");
const LIMIT = 4096;
const ROW = 81;
const START = 9 + 32 + 32;

/** Refused as "row" unless this is the one encoding of a possible witness. */
export function readRoll(data) {
  if (data.length > LIMIT || data.length < START + ROW || !begins(data, ROLL_MAGIC)) {
    throw new Refused("row", "these bytes are no witness of a row in a roll, version 1");
  }
  const row = data.subarray(START, START + ROW);
  return {
    root: data.subarray(9, 41),
    asked: big(data.subarray(41, START)),
    row,
    id: big(row.subarray(0, 32)),
    after: big(row.subarray(32, 64)),
    weight: big(row.subarray(64, 80)),
    choice: row[80],
    inclusion: readInclusion(data.subarray(START + ROW)),
  };
}

/** What a witness shows under this root, in words; `rows` is their number where it is known. */
export function verifyRoll(witness, rowRoot, rows = null) {
  const { asked, id, after, inclusion } = witness;
  const { index, count } = inclusion;
  if (!equal(witness.root, rowRoot)) {
    const told = "the witness is about another roll: its root is not this one's";
    throw new Refused("row", told);
  }
  if (rows !== null && count !== rows) {
    throw new Refused("row", `a witness in a roll of ${count} rows, there are ${rows}`);
  }
  if (!leadsTo(witness.row, inclusion, rowRoot)) {
    throw new Refused("row", `row ${index} does not lead to the root of the roll`);
  }
  if (id === asked) return `row ${index} of ${count} is in the roll`;
  const between = id < asked && asked < after;
  const last = index === count - 1n && after <= id;
  if (!between && !(last && (asked > id || asked < after))) {
    throw new Refused("row", "the row shown leaves room for the id that was asked for");
  }
  return `nobody with this id is among the ${count} rows of the roll`;
}

/** An id as people write it: 20 bytes if it fits, else 32. */
export function idText(id) {
  const digits = id.toString(16);
  return `0x${digits.padStart(digits.length <= 40 ? 40 : 64, "0")}`;
}
