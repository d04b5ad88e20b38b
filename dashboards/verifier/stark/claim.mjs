// What a proof claims to be: its first bytes, read before anything else is believed.

import { ascii, equal, hex } from "../bytes.mjs";
import { Refused } from "../refused.mjs";
import { digest } from "./hash.mjs";
import { PRESETS } from "./presets.mjs";

const MAGIC = ascii("PSEPHOSP");
const LEAST_ROWS = 3;
const MOST_ROWS = 22;
const SCALE = 38;

/** Most statements of each version, and most tables. */
const STATEMENTS = { 1: 16, 2: 32 };
const TABLES = 16;

/** Longest proof read, in bytes: ten times the longest that the presets give. */
export const LIMIT = 1 << 22;

/**
 * `tables` have layout and row root, `placed` the table and the id of each statement.
 *
 * Version 1 is of one table; all that differs in version 2 is section 13 of the format.
 */
export function readClaim(reader) {
  const size = reader.data.length;
  if (size > LIMIT) {
    throw new Refused("encoding", `a proof of ${size} bytes, at most ${LIMIT} are read`);
  }
  if (!equal(reader.take(8), MAGIC)) throw new Refused("encoding", "these bytes are no proof");
  const version = reader.number(1);
  if (version !== 1 && version !== 2) {
    throw new Refused("encoding", `a proof of version ${version}, not 1 or 2`);
  }
  const preset = PRESETS.get(reader.number(1));
  if (!preset) throw new Refused("encoding", "the preset of the proof is not in the list");
  const logRows = reader.number(1);
  const can = logRows >= LEAST_ROWS && logRows <= MOST_ROWS;
  if (!can || preset.queries > 2 ** (logRows + preset.blowup)) {
    throw new Refused("encoding", `a table of 2^${logRows} rows cannot be proven so`);
  }
  const { scale, tables } = version === 1 ? one(reader) : several(reader);
  if (scale > SCALE) throw new Refused("encoding", `a scale of ${scale} cannot be`);
  const placed = readStatements(reader, version);
  const about = new Set(placed.map((statement) => statement.table));
  if (about.size !== tables.length || Math.max(...about) >= tables.length) {
    const told = "a statement about no table, or a table without a statement";
    throw new Refused("encoding", told);
  }
  const data = reader.data.subarray(0, reader.at);
  return { version, preset, logRows, scale, tables, placed, data };
}

function one(reader) {
  const [layout, scale] = [reader.number(1), reader.number(1)];
  return { scale, tables: [{ layout, rowRoot: reader.take(32) }] };
}

function several(reader) {
  const [scale, count] = [reader.number(1), reader.number(1)];
  if (count < 2 || count > TABLES) {
    throw new Refused("encoding", `a proof of version 2 about ${count} tables`);
  }
  const read = () => ({ layout: reader.number(1), rowRoot: reader.take(32) });
  return { scale, tables: Array.from({ length: count }, read) };
}

/** The table and the id of each; where there is one table, all are about it. */
function readStatements(reader, version) {
  const count = reader.number(1);
  const most = STATEMENTS[version];
  if (count < 1 || count > most) {
    throw new Refused("encoding", `${count} statements, a proof has 1 to ${most}`);
  }
  const table = () => (version === 1 ? 0 : reader.number(1));
  return Array.from({ length: count }, () => ({ table: table(), id: hex(reader.take(32)) }));
}

/** What a batch header has as its prover's root, of the table with this layout and data root. */
export function lowDegreeRoot(claim, table, dataRoot) {
  const { layout } = claim.tables[table];
  const shape = Uint8Array.of(1, layout, claim.logRows, claim.preset.blowup);
  return digest("pstark-R", shape, dataRoot);
}
