// The ledger: the one append-only history of batch headers, a Merkle mountain range.
//
//   file    "psephos ledger 1" (16 bytes), then records: length (4), entry
//   entry   kind (1): 00 sealed, 01 contested, 02 proven; 00, or 01 and the index it supersedes (8);
//           length of the reason (2), reason; length of the header (2), header;
//           if proven: number of proofs (1), each: statements (32), hash of the file (32), length (4)
//   head    "psephos ledger head 1", entries, bytes, root, a line each
//
// Leaves, nodes and roots are those of docs/method/ledger.md; numbers are big-endian.

import { ascii, begins, big, eightBig, equal, fromHex, joined } from "./bytes.mjs";
import { blake2s, started } from "./blake2s.mjs";
import { keyOf, readHeader } from "./header.mjs";
import { Refused } from "./refused.mjs";
import { climb, node } from "./tree.mjs";

export const LEDGER_MAGIC = ascii("psephos ledger 1");
export const HEAD_MAGIC = ascii("psephos ledger head 1\n");
const HEAD = /^psephos ledger head 1\nentries (\d+)\nbytes (\d+)\nroot ([0-9a-f]{64})\n$/;
const REASON = 1000;
const CONTESTED = 1;
const PROVEN = 2;
const PROOF = 68;
const ENTRY = started("psephosE");
const MOUNTAIN = started("psephosM");
const ROOT = started("psephosR");

/** The entries of a ledger file in order, and their leaves; Refused if a law of it is broken. */
export function readLedger(content) {
  if (!begins(content, LEDGER_MAGIC)) {
    throw new Refused("ledger", "this file does not begin as a ledger does");
  }
  const [entries, leaves, latest, proven] = [[], [], new Map(), new Map()];
  for (let at = LEDGER_MAGIC.length; at < content.length; ) {
    const size = big(content.subarray(at, at + 4));
    const end = at + 4 + Number(size);
    if (end > content.length || at + 4 > content.length) {
      const told = `the ledger is cut off inside the record at byte ${at}`;
      throw new Refused("ledger", told);
    }
    const data = content.subarray(at + 4, end);
    const entry = readEntry(data);
    const held = entry.kind === PROVEN ? proven : latest;
    checkEntry(entry, entries, held.get(keyOf(entry.header)));
    if (entry.kind === PROVEN) checkProven(entry, entries, latest);
    held.set(keyOf(entry.header), entries.length);
    entries.push(entry);
    leaves.push(blake2s(ENTRY, data));
    at = end;
  }
  return { entries, leaves, latest, proven };
}

function readEntry(data) {
  try {
    const [kind, second] = [data[0], data[1]];
    if (kind > PROVEN || second > 1 || data.length < 2) throw new Refused("ledger", "of no known kind");
    const supersedes = second ? big(data.subarray(2, 10)) : null;
    const [reason, middle] = part(data, second ? 10 : 2);
    const [header, end] = part(data, middle);
    if (reason.length > REASON) throw new Refused("ledger", "too long");
    const proofs = readProofs(kind, data.subarray(end));
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(reason);
    const found = { kind, supersedes, reason: text, header: readHeader(header), proofs };
    if (found.header.derived && kind !== PROVEN) throw new Refused("ledger", "no batch");
    return found;
  } catch (error) {
    throw new Refused("ledger", `an entry of the ledger cannot be read: ${error.message}`);
  }
}

/** What stands behind a header: the hashes of the files that prove something of its table. */
function readProofs(kind, data) {
  const count = kind === PROVEN ? data[0] : 0;
  const size = kind === PROVEN ? 1 + PROOF * count : 0;
  if (data.length !== size || (kind === PROVEN && !count)) throw new Refused("ledger", "cut off");
  return Array.from({ length: count }, (_, i) => data.subarray(33 + PROOF * i, 65 + PROOF * i));
}

function part(data, at) {
  const end = at + 2 + Number(big(data.subarray(at, at + 2)));
  if (end > data.length) throw new Refused("ledger", "cut off");
  return [data.subarray(at + 2, end), end];
}

/** The first entry of a table supersedes nothing; each later one `held`, with a reason. */
function checkEntry(entry, entries, held) {
  const what = `entry ${entries.length} (${keyOf(entry.header)})`;
  if (held === undefined) {
    if (entry.supersedes === null && entry.reason === "" && entry.kind !== CONTESTED) return;
    throw new Refused("ledger", `${what} is the first of its table and day, and says otherwise`);
  }
  if (entry.supersedes !== BigInt(held) || entry.reason === "") {
    throw new Refused("ledger", `${what} must supersede entry ${held} and give a reason`);
  }
  const same = equal(entry.header.bytes, entries[held].header.bytes);
  if (entry.kind === CONTESTED && !same) {
    throw new Refused("ledger", `${what} contests a header that was not sealed`);
  }
}

/** Proofs are of a table with its second root, and of a batch only if its header holds. */
function checkProven({ header }, entries, latest) {
  const held = entries[latest.get(keyOf(header))];
  const sealed = header.derived || (held && equal(held.header.bytes, header.bytes));
  if (header.proverRoot === null || !sealed) {
    throw new Refused("ledger", `entry ${entries.length} is about proofs of what was not sealed so`);
  }
}

/** What a head file names; Refused if it is none. */
export function readHead(content) {
  const named = HEAD.exec(new TextDecoder().decode(content));
  if (!named) throw new Refused("ledger", "the head of a ledger is not as it was written");
  return { entries: Number(named[1]), bytes: Number(named[2]), root: fromHex(named[3]) };
}

/** The root over the first `count` leaves. */
export function ledgerRoot(leaves, count = leaves.length) {
  const peaks = [];
  for (let i = 0; i < count; i++) {
    let found = leaves[i];
    for (let ones = i; ones & 1; ones >>= 1) found = node(MOUNTAIN, peaks.pop(), found);
    peaks.push(found);
  }
  const bagged = peaks.reduceRight(
    (all, peak) => (all ? node(MOUNTAIN, peak, all) : peak), null,
  );
  return sealedRoot(count, bagged || new Uint8Array(32));
}

function sealedRoot(count, bagged) {
  return blake2s(ROOT, joined(eightBig(count), bagged));
}

/** That an entry's bytes are under the root of a ledger of so many entries; Refused if not. */
export function checkEntryUnder(entry, { index, count, neighbours }, entries, wanted) {
  if (count !== BigInt(entries)) {
    throw new Refused("ledger", `a proof in a ledger of ${count} entries, not ${entries}`);
  }
  const bagged = climb(blake2s(ENTRY, entry), index, count, neighbours, MOUNTAIN);
  if (!equal(sealedRoot(entries, bagged), wanted)) {
    throw new Refused("ledger", `entry ${index} does not lead to the ledger's root`);
  }
}

/** That the list of `now` entries begins with the whole list of `before` (RFC 9162, 2.1.4.2). */
export function checkConsistency(before, oldRoot, now, newRoot, proof) {
  if (before > now) {
    throw new Refused("ledger", `a ledger of ${now} entries cannot continue one of ${before}`);
  }
  if (before === 0 || before === now) {
    const right = before === now ? newRoot : ledgerRoot([]);
    if (!proof.length && equal(oldRoot, right)) return;
    throw new Refused("ledger", "the roots of one ledger differ, or a proof has too many parts");
  }
  const [was, is] = climbBoth(before, now, [...proof]);
  if (!equal(sealedRoot(before, was), oldRoot)) {
    throw new Refused("ledger", `the proof does not lead to the root of ${before} entries`);
  }
  if (!equal(sealedRoot(now, is), newRoot)) {
    throw new Refused("ledger", `the ledger of ${now} entries does not begin with those ${before}`);
  }
}

/** The bagged peaks of both lists that a proof leads to. */
function climbBoth(before, now, proof) {
  let [position, end] = [before - 1, now - 1];
  const up = () => {
    position = Math.floor(position / 2);
    end = Math.floor(end / 2);
  };
  if (!proof.length) throw new Refused("ledger", "a consistency proof is too short");
  while (position % 2) up();
  let [was, is] = [proof[0], proof[0]];
  for (const told of proof.slice(1)) {
    if (end === 0) throw new Refused("ledger", "a consistency proof is too long");
    if (position % 2 || position === end) {
      [was, is] = [node(MOUNTAIN, told, was), node(MOUNTAIN, told, is)];
      while (position % 2 === 0 && position) up();
    } else {
      is = node(MOUNTAIN, is, told);
    }
    up();
  }
  if (end) throw new Refused("ledger", "a consistency proof is too short");
  return [was, is];
}
