// Headers of sealed tables, version 1: of a batch, and of what a function makes of batches.
// The layout is docs/method/header.md; numbers are big-endian.

import { ascii, begins, big, equal, hex } from "./bytes.mjs";
import { blake2s, started } from "./blake2s.mjs";
import { Refused } from "./refused.mjs";

const LIMIT = 1024;

/** log₂ of the blowup that a header's low-degree root is made with. */
const BLOWUP = 2;

/** The least log₂ of rows that a header's low-degree root is made with. */
const LEAST_ROWS = 16;

/** From here on a chain's id is a text read as a number, as Starknet's are: SN_MAIN. */
const LETTERS = 1n << 48n;

/** 9999-12-31, counted from 1970-01-01. */
const LAST_DAY = 2_932_896n;

/** A table of a batch: what the chain emitted on one day. */
const BATCH = {
  magic: ascii("PSEPHOSB"),
  person: started("psephosH"),
  fields: [
    ["chainId", 32], ["genesis", "hash?"], ["datasetId", "hash"], ["dataset", "name"],
    ["table", "name"], ["schema", "hash"], ["day", 4], ["first", 8], ["last", 8],
    ["parent", "hash"], ["lastHash", "hash"], ["rows", 8], ["rowRoot", "hash"],
    ["proverRoot", "hash?"],
  ],
};

/** A derived table: what a function makes of batches, at the end of one day. */
const DERIVED = {
  magic: ascii("PSEPHOSD"),
  person: started("psephosD"),
  fields: [
    ["chainId", 32], ["genesis", "hash?"], ["datasetId", "hash"], ["dataset", "name"],
    ["table", "name"], ["functionVersion", 1], ["subject", "hash?"], ["day", 4], ["last", 8],
    ["sources", 8], ["sourceRoot", "hash"], ["rows", 8], ["rowRoot", "hash"],
    ["proverRoot", "hash?"],
  ],
};

/** Refused as "header" unless this is the one encoding of a possible header of either kind. */
export function readHeader(data) {
  const kind = begins(data, DERIVED.magic) ? DERIVED : BATCH;
  if (data.length > LIMIT || !begins(data, kind.magic)) {
    throw new Refused("header", "these bytes are no batch header");
  }
  if (data[8] !== 1) throw new Refused("header", "these bytes are no batch header of version 1");
  const header = { bytes: data, id: blake2s(kind.person, data), derived: kind === DERIVED };
  let at = 9;
  for (const [name, form] of kind.fields) [header[name], at] = field(data, at, name, form);
  if (header.day > LAST_DAY) throw new Refused("header", `day ${header.day} of a header has no date`);
  if (at !== data.length || header.last < header.first) {
    const told = "a batch header has bytes left over or ends before it begins";
    throw new Refused("header", told);
  }
  return header;
}

/** Which table it is, for which a later header corrects this one. */
export function keyOf({ dataset, table, day, subject }) {
  return `${dataset}/${table}/${day}/${subject ? hex(subject) : ""}`;
}

/** The sealed day that a header is of, as commands take it: `strk/2026-06-01`. */
export function batchOf(header) {
  return `${header.dataset}/${dateOf(header)}`;
}

/** What a header is of, in words. */
export function nameOf(header) {
  const which = `${batchOf(header)}/${header.table}`;
  const subject = header.subject ? ` of 0x${hex(header.subject)}` : "";
  const blocks = header.derived
    ? `derived from ${header.sources} batches, to block ${header.last}`
    : `blocks ${header.first} to ${header.last}`;
  return `${which}${subject}: ${header.rows} rows, ${blocks}; id ${hex(header.id)}`;
}

function field(data, at, name, kind) {
  if (kind === "hash?") {
    if (data[at] === 0) return [null, at + 1];
    if (data[at] !== 1) {
      throw new Refused("header", `${name} of a batch header is neither there nor absent`);
    }
    [at, kind] = [at + 1, "hash"];
  }
  let size = kind === "hash" ? 32 : kind;
  if (kind === "name") size = data[at++] || 0;
  const value = data.subarray(at, at + size);
  const letters = String.fromCharCode(...value);
  if (value.length !== size || (kind === "name" && !/^[a-z][a-z0-9_]{0,99}$/.test(letters))) {
    throw new Refused("header", `${name} of a batch header is cut off or not allowed`);
  }
  if (kind === "name") return [letters, at + size];
  return [kind === "hash" ? value : big(value), at + size];
}

/** The day as a date, 2026-06-01. */
function dateOf(header) {
  return new Date(Number(header.day) * 86_400_000).toISOString().slice(0, 10);
}

/** The chain as people call it. */
function chainOf(header) {
  if (header.chainId === 1n) return "Ethereum";
  const digits = header.chainId.toString(16);
  const letters = (digits.match(/../g) || []).map((pair) => parseInt(pair, 16));
  const isText = digits.length % 2 === 0 && letters.length > 2;
  if (isText && letters.every((code) => /[A-Z_]/.test(String.fromCharCode(code)))) {
    return String.fromCharCode(...letters);
  }
  return `chain ${header.chainId}`;
}

/**
 * What ties an accepted proof to a header, in words; Refused as "header" if it is of another table.
 *
 * The header says that row root and low-degree root are of the same rows. That they are is known
 * to whoever recomputes them, and to nobody else.
 */
export function checkHeader(proof, header) {
  const { claim, statements, tables } = proof;
  const mine = tables.filter((one) => equal(one.rowRoot, header.rowRoot));
  if (!mine.length) {
    throw new Refused("header", "the proof names another row root than the header");
  }
  const table = mine.find((one) => isRootOf(header, one)) || mine[0];
  const about = statements.filter((one) => tables[one.table] === table);
  const count = about.flatMap((one) => one.publics).find((told) => told.name === "count");
  if (count && count.value !== header.rows) {
    const told = `the proof is of ${count.value} rows, the header of ${header.rows}`;
    throw new Refused("header", told);
  }
  if (claim.logRows > rowsOf(header)) {
    return "the proof's tables have more rows than the header's root: compare with the rows";
  }
  if (claim.preset.blowup !== BLOWUP) {
    return "the preset commits to more points than the header's root: compare with the rows";
  }
  if (header.proverRoot === null) {
    return "the header has no low-degree root: compare with the rows";
  }
  if (!isRootOf(header, table)) {
    throw new Refused("header", "the proof is of another low-degree root than the header's");
  }
  return `the low-degree root of ${header.dataset}/${header.table} is the proof's`;
}

/** log₂ of the rows that a header's low-degree root was made with. */
function rowsOf(header) {
  const bits = header.rows > 1n ? (header.rows - 1n).toString(2).length : 0;
  return Math.max(LEAST_ROWS, bits);
}

function isRootOf(header, table) {
  return header.proverRoot !== null && equal(table.lowDegreeRoot, header.proverRoot);
}

/** Whether `checkHeader` compared low-degree roots: then the proof's table is the header's. */
export function isTied(proof, header) {
  return proof.tables.some((one) => isRootOf(header, one));
}

/**
 * What a reader compares elsewhere: the last block of a batch, and its hash, which the header of a
 * derived table does not have; and whether it is of a chain that another settles.
 */
export function blockOf(header) {
  const hash = header.derived ? "" : `0x${hex(header.lastHash)}`;
  const { chainId, last } = header;
  return { chain: chainOf(header), id: String(chainId), number: last, hash, settled: chainId >= LETTERS };
}
