// Findings, each with its mark: passed, failed, or open where nothing was shown.

import { CAUSES, Refused } from "./refused.mjs";

/** What all findings come to. */
export function verdictOf(findings) {
  const has = (mark) => findings.some((one) => one.mark === mark);
  if (has("failed")) return "failed";
  if (has("passed")) return has("open") ? "partly" : "passed";
  return "open";
}

export function passed(told, what, why) {
  told.findings.push({ mark: "passed", what, why });
}

export function open(told, what, why) {
  told.findings.push({ mark: "open", what, why });
}

/** Nothing but a Refused is a finding; what else is thrown is our fault and is said so. */
export function attempt(told, what, work) {
  try {
    work();
  } catch (error) {
    const known = error instanceof Refused;
    const why = known ? `${CAUSES[error.cause]}: ${error.message}` : `this page failed: ${error}`;
    told.findings.push({ mark: "failed", what, why });
  }
}
