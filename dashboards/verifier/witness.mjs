// A witness of one row of a sealed table: that it is there, or that nothing is at its place.
//
//   file   "PSEPHOSW" (8), version 01 (1), kind (1), id of the batch header (32), rows
//   kind   01 inclusion: one row; 02 absence of a place: the rows beside it, then the place
//   row    length (2), row bytes, inclusion
//
// Absence also rests on the table's order: rows ascend by (block, transaction, log), which whoever
// recomputes the root from the rows has checked.

import { ascii, begins, big, equal } from "./bytes.mjs";
import { Refused } from "./refused.mjs";
import { leadsTo, readInclusion } from "./tree.mjs";

export const WITNESS_MAGIC = ascii("PSEPHOSW\x01");
const LIMIT = 1 << 17;
const ABSENCE = 2;

/** Bytes of a row that hold its place: block, block hash, transaction and log in the block. */
const KEY = 8 + 32 + 4 + 4;

/** Refused as "row" unless this is the one encoding of a possible witness. */
export function readWitness(data) {
  if (data.length > LIMIT || data.length < 42 || !begins(data, WITNESS_MAGIC)) {
    throw new Refused("row", "these bytes are no witness of a row, version 1");
  }
  const kind = data[9];
  if (kind !== 1 && kind !== ABSENCE) {
    throw new Refused("row", `a witness of kind ${kind} is not known`);
  }
  const end = data.length - (kind === ABSENCE ? 16 : 0);
  const rows = [];
  for (let at = 42; at < end; ) at = readRow(data.subarray(0, end), at, rows);
  if (kind !== ABSENCE) {
    if (rows.length !== 1) throw new Refused("row", `a witness of inclusion with ${rows.length} rows`);
    return { header: data.subarray(10, 42), rows, place: null };
  }
  if (end < 42 || rows.length > 2) {
    throw new Refused("row", "a witness of absence is cut off, or has too many rows");
  }
  return { header: data.subarray(10, 42), rows, place: place(data.subarray(end), 8) };
}

function readRow(data, at, rows) {
  const split = at + 2 + Number(big(data.subarray(at, at + 2)));
  const end = split + 17 + 32 * (data[split + 16] || 0);
  if (split + 17 > data.length || end > data.length) {
    throw new Refused("row", "a witness is cut off inside a row");
  }
  const inclusion = readInclusion(data.subarray(split, end));
  rows.push({ row: data.subarray(at + 2, split), inclusion });
  return end;
}

/** Block, transaction, log as one number: transaction and log follow at byte `second`. */
function place(bytes, second) {
  const block = bytes.subarray(0, 8);
  return big(block) * 2n ** 64n + big(bytes.subarray(second, second + 8));
}

function placeOf(row) {
  if (row.length < KEY) throw new Refused("row", `a row of ${row.length} bytes has no place`);
  return place(row, 40);
}

/** What a witness shows of the table of `header`, in words; Refused if nothing. */
export function verifyWitness(witness, header) {
  if (!equal(witness.header, header.id)) {
    throw new Refused("row", "the witness is about the table of another header");
  }
  for (const { row, inclusion } of witness.rows) {
    if (inclusion.count !== header.rows) {
      const told = `a witness in a table of ${inclusion.count} rows, the header has ${header.rows}`;
      throw new Refused("row", told);
    }
    if (!leadsTo(row, inclusion, header.rowRoot)) {
      throw new Refused("row", `row ${inclusion.index} does not lead to the row root`);
    }
  }
  if (witness.place === null) {
    return `row ${witness.rows[0].inclusion.index} of ${header.rows} is in the table`;
  }
  checkBetween(witness, header.rows);
  const [block, rest] = [witness.place >> 64n, witness.place & (2n ** 64n - 1n)];
  const told = `(${block}, ${rest >> 32n}, ${rest & 0xffffffffn})`;
  return `no row of ${header.rows} stands at block, transaction, log ${told}`;
}

/** That the rows told are neighbours, and that the place lies strictly between them. */
function checkBetween({ rows, place: told }, count) {
  const indices = rows.map((one) => one.inclusion.index);
  const [first, second] = indices;
  const alone = indices.length === 1 && (first === 0n || first === count - 1n);
  const beside = indices.length === 2 && second === first + 1n;
  const none = indices.length === 0 && count === 0n;
  if (!alone && !beside && !none) {
    throw new Refused("row", "the rows of the witness leave room for another between them");
  }
  const places = rows.map((one) => placeOf(one.row));
  if (beside && !(places[0] < told && told < places[1])) {
    throw new Refused("row", "the place does not lie between the two rows");
  }
  const before = first === 0n && told < places[0];
  const after = first === count - 1n && told > places[0];
  if (alone && !before && !after) {
    throw new Refused("row", "the place lies not outside of the first or last row");
  }
}
