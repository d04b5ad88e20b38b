// One proof, from its first byte to its last: the verifier's side of the protocol.
//
// The order of everything is sections 8 and 13 of docs/method/prover-format.md.

import { constraints } from "./air.mjs";
import { lowDegreeRoot, readClaim } from "./claim.mjs";
import { combine, enough } from "./combination.mjs";
import { composed, deep } from "./deep.mjs";
import { rootOfUnity, scale } from "./field.mjs";
import { checkFolds } from "./fri.mjs";
import { SIZE, packed } from "./hash.mjs";
import { opened, pointsAt, readFolds } from "./opening.mjs";
import { presetBytes } from "./presets.mjs";
import { checkRelations, valuesOf } from "./publics.mjs";
import { checkRules, outside } from "./quotient.mjs";
import { Reader } from "./reader.mjs";
import { Transcript } from "./transcript.mjs";

/**
 * What the proof says, or Refused: whoever reads on has a proof of it.
 *
 * `accept` has `tapes` (statements by id), `leastBits` and `regimes`. Nothing but the statement
 * ids, the preset's id, the tables' layouts and the number of rows is taken from the proof; all
 * shapes follow from these.
 */
export function verify(data, accept) {
  const reader = new Reader(data, "the proof");
  const claim = readClaim(reader);
  const c = combine(claim, accept.tapes);
  const security = enough(c, claim, accept);
  const elements = reader.elements(c.elements);
  const values = valuesOf(c, elements);
  checkRelations(c, values);
  const dataRoots = follow(reader, claim, c, elements);
  reader.end();
  const statements = c.placed.map(({ tape, table }, i) => ({
    name: tape.name,
    table,
    publics: tape.publics.map(({ name, type }, j) => ({ name, type, value: values[i][j] })),
  }));
  const tables = claim.tables.map(({ layout, rowRoot }, i) => ({
    layout, rowRoot, dataRoot: dataRoots[i], lowDegreeRoot: lowDegreeRoot(claim, i, dataRoots[i]),
  }));
  return { claim, combination: c, security, statements, tables };
}

/** The transcript from the preset to the openings; the roots of the data columns. */
function follow(reader, claim, c, elements) {
  const { preset, logRows } = claim;
  const d = preset.extension;
  const said = new Transcript();
  said.absorb("preset", presetBytes(preset));
  said.absorb("claim", claim.data);
  said.absorb("publics", packed(elements));
  const trees = c.codes.map((codes) => tree(reader, said, "data", codes.length));
  trees.push(tree(reader, said, "own", c.own));
  const lookups = c.auxiliary ? drawLookups(said, c, d) : null;
  trees.push(tree(reader, said, "aux", c.auxiliary * d));
  const coefficients = said.elements("constraints", d).take(c.constraints + c.auxiliary);
  trees.push(tree(reader, said, "quotient", 2 * d));
  const z = outside(said.elements("point", d));
  const columns = c.columns + c.own + c.auxiliary;
  const start = reader.at;
  const now = reader.extension(columns + 2, d);
  const after = reader.extension(columns, d);
  said.absorb("values", reader.data.subarray(start, reader.at));
  const found = constraints(c, rows(c, now), rows(c, after), elements, lookups);
  checkRules(z, logRows, found, coefficients, now.slice(columns));
  const weights = said.elements("deep", d).take(2 * columns + 2);
  const { folds, last } = readFolds(reader, said, preset, logRows);
  const m = logRows + preset.blowup;
  const positions = said.positions("positions", 2 ** m, preset.queries);
  const told = opened(reader, trees, positions, m);
  const points = [z, scale(z, rootOfUnity(logRows))];
  const groups = deep(points, [now, after], weights, c.columns + c.own);
  const first = composed(groups, pointsAt(positions, m), told);
  const known = new Map(positions.map((position, i) => [position, first[i]]));
  checkFolds(reader, preset, logRows, folds, last, known);
  return trees.slice(0, c.codes.length).map(({ root }) => root);
}

/** The root of a tree whose leaves have `width` numbers; a tree without columns is not there. */
function tree(reader, said, name, width) {
  const root = width ? reader.take(SIZE) : new Uint8Array(0);
  said.absorb(name, root);
  return { root, width };
}

function drawLookups(said, c, d) {
  const drawn = said.elements("lookups", d);
  const alpha = drawn.next();
  const beta = new Map(c.buses.map((bus) => [bus, drawn.next()]));
  return { alpha, beta, gamma: drawn.take(c.sums) };
}

/** All columns at one point, each table's data by code. */
function rows(c, values) {
  let at = 0;
  const data = c.codes.map((codes) => new Map(codes.map((code) => [code, values[at++]])));
  const own = values.slice(at, at + c.own);
  return { data, own, auxiliary: values.slice(at + c.own, at + c.own + c.auxiliary) };
}
