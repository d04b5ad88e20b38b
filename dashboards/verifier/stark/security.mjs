// How hard it is to forge a proof: proven bits, the regime they are proven in, what binds them.
// The formulas, their letters and their sources are at the head of psephos/stark/security.py.

export const UNIQUE = "unique";
export const JOHNSON = "johnson";
export const REGIMES = [UNIQUE, JOHNSON];

/** Bits that are proven in a regime: the least of its terms, cut off below a hundredth. */
export function securityBits(shape, regime) {
  if (regime === UNIQUE) return least(shape, UNIQUE, unique(shape));
  let found = null;
  for (let m = 3; m <= 200; m++) {
    const one = least(shape, JOHNSON, johnson(shape, m));
    if (found === null || one.bits > found.bits) found = one;
  }
  return found;
}

/** At most one polynomial is near a word. */
function unique(shape) {
  const n = shape.rows * shape.blowup;
  const alpha = (1 + (shape.rows + 2) / n) / 2;
  return terms(shape, alpha, 1, Math.log2(n + 1));
}

/** Up to the Johnson bound, `m` away from it: up to ℓ polynomials are near. */
function johnson(shape, m) {
  const rho = 1 / shape.blowup;
  const alpha = (1 + 1 / (2 * m)) * Math.sqrt(rho);
  const wide = m + 0.5;
  const listed = wide / Math.sqrt(rho);
  const gap = (2 * wide ** 5 + 3 * wide * Math.max(1 - alpha, 0) * rho) / (3 * rho ** 1.5);
  const all = Math.log2(gap * shape.rows * shape.blowup + listed);
  return terms(shape, Math.min(alpha, 1), listed, all);
}

function terms(shape, alpha, listed, gap) {
  const f = shape.fieldBits;
  const ell = Math.log2(listed);
  const k = shape.rows;
  const found = {
    ALI: f - ell,
    DEEP: f - 2 * ell - Math.log2(3 * (k + 1) + (k - 1)),
    TOTALS: f - ell - Math.log2(shape.totals),
    BATCH: f - gap,
    COMMIT: f - gap - Math.log2(shape.arity - 1),
    QUERY: shape.grinding - shape.queries * Math.log2(alpha),
    HASH: 4 * shape.digest,
  };
  if (shape.members) found.LOGUP = f - ell - Math.log2(shape.members * k);
  return found;
}

function least(shape, regime, found) {
  const names = Object.keys(found);
  const bindingTerm = names.reduce((best, name) => (found[name] < found[best] ? name : best));
  const alone = Math.min(found[bindingTerm], found.QUERY - shape.grinding);
  return {
    bits: cut(found[bindingTerm]),
    regime,
    bindingTerm,
    grinding: shape.grinding,
    queriesAlone: Math.max(cut(alone), 0),
  };
}

/** Bits cut off below a hundredth; what a float may have added is taken off before. */
function cut(bits) {
  return Math.floor((bits - 1e-9) * 100) / 100;
}

/** As Python's verifier says it: 100 bits (80 + 20), unique, bound by QUERY. */
export function securityText(security) {
  const whole = Math.floor(security.bits);
  const alone = Math.floor(security.queriesAlone);
  const { regime, bindingTerm } = security;
  return `${whole} bits (${alone} + ${whole - alone}), ${regime}, bound by ${bindingTerm}`;
}
