// Several statements in one proof: which fit together, and the shapes that follow from them.

import { Refused } from "../refused.mjs";
import { P } from "./field.mjs";
import { SIZE } from "./hash.mjs";
import { securityBits, REGIMES } from "./security.mjs";
import { DATA, DATA_NEXT } from "./tape.mjs";

/** Most own columns, interactions and sums of a combination. */
const MOST = 4096;

/** Codes of the columns that a table of this layout has: 0 to 8, and those of each bit. */
export function codesOf(layout) {
  const found = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  if (layout & 1) found.push(9, 10, 11);
  if (layout & 2) for (let code = 12; code < 28; code++) found.push(code);
  return found;
}

/**
 * The statements of a claim; Refused as "statement" if they do not fit together.
 *
 * `placed` are the tapes with their table, and where their own columns and public elements begin;
 * `codes` are the columns of each table.
 */
export function combine(claim, known) {
  const { logRows, tables } = claim;
  for (const { layout } of tables) {
    if (layout & ~3) throw new Refused("statement", `a table of layout ${layout} is not known`);
  }
  const codes = tables.map((table) => codesOf(table.layout));
  const c = { placed: [], codes, logRows, own: 0, elements: 0 };
  const widths = new Map();
  for (const { table, id } of claim.placed) {
    const tape = known.get(id);
    if (!tape) {
      throw new Refused("statement", `the statement ${id.slice(0, 16)}… is not an accepted one`);
    }
    const before = c.placed.filter((one) => one.table === table).map((one) => one.tape.id);
    const absent = tape.required.find((other) => !before.includes(other));
    if (absent) {
      throw new Refused("statement", `${tape.name} requires ${absent.slice(0, 16)}… before it`);
    }
    checkFit(tape, codes[table], logRows, widths);
    c.placed.push({ tape, table, ownAt: c.own, publicAt: c.elements });
    c.own += tape.own;
    c.elements += tape.elements;
  }
  const count = (part) => c.placed.reduce((sum, one) => sum + one.tape[part].length, 0);
  c.buses = [...widths.keys()].sort((a, b) => a - b);
  c.interactions = count("interactions");
  c.sums = count("sums");
  c.constraints = count("constraints");
  const some = c.interactions || c.sums;
  c.auxiliary = some ? Math.floor((c.interactions + 1) / 2) + 1 : 0;
  c.columns = codes.reduce((sum, own) => sum + own.length, 0);
  if (Math.max(c.own, c.interactions, c.sums) > MOST || c.constraints + c.auxiliary > 0xffff) {
    throw new Refused("statement", "more columns, interactions or sums than a proof may have");
  }
  if (BigInt(c.interactions) << BigInt(logRows) >= P) {
    throw new Refused("statement", "so many lookups that multiplicities could wrap around");
  }
  return c;
}

function checkFit(tape, codes, logRows, widths) {
  if (logRows > tape.most) {
    const told = `${tape.name} is sound for 2^${tape.most} rows, not 2^${logRows}`;
    throw new Refused("statement", told);
  }
  const reads = (op) => op.code === DATA || op.code === DATA_NEXT;
  if (tape.operations.some((op) => reads(op) && !codes.includes(op.a))) {
    throw new Refused("statement", `${tape.name} reads columns that the table does not have`);
  }
  for (const { bus, members } of tape.interactions) {
    if (!widths.has(bus)) widths.set(bus, members.length);
    if (widths.get(bus) !== members.length) {
      throw new Refused("statement", `${tape.name} uses bus ${bus} with another width`);
    }
  }
}

/**
 * The bits of the first accepted regime that proves enough; Refused as "security" if none does.
 *
 * Unique decoding comes first: it makes the simpler claim.
 */
export function enough(c, claim, accept) {
  const shape = shapeOf(c, claim.preset);
  let told = "no regime is accepted";
  for (const regime of REGIMES) {
    if (!accept.regimes.includes(regime)) continue;
    const found = securityBits(shape, regime);
    if (found.bits >= accept.leastBits) return found;
    told = `${decimal(found.bits)} bits (${found.regime}, ${found.bindingTerm})`;
  }
  throw new Refused("security", `${told}, fewer than the ${accept.leastBits} asked for`);
}

function shapeOf(c, preset) {
  const widths = c.placed.flatMap((one) => one.tape.interactions.map((i) => i.members.length));
  return {
    rows: 2 ** c.logRows,
    blowup: 2 ** preset.blowup,
    queries: preset.queries,
    grinding: preset.grinding,
    fieldBits: Math.log2(Number(P)) * preset.extension,
    arity: 2 ** preset.fold,
    members: widths.reduce((sum, width) => sum + width + 2, 0),
    totals: Math.max(c.sums, 1),
    digest: SIZE,
  };
}

/** Bits with at least one place behind the point. */
function decimal(bits) {
  return Number.isInteger(bits) ? `${bits}.0` : String(bits);
}
