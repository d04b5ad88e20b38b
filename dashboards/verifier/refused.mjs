// The one error of the verifier: why a file is not accepted.

export const CAUSES = {
  encoding: "the bytes are not those of a proof, or not the one encoding of it",
  statement: "a statement is not known, not allowed, or does not fit the others",
  security: "fewer proven bits than asked for, or another regime",
  publics: "a public number is out of its range",
  relation: "the public numbers contradict one another",
  rules: "the statement's rules do not hold at the random point",
  grinding: "the nonce does not show the work",
  opening: "opened values do not lead to their root",
  degree: "what was folded is not the last polynomial",
  header: "the proof is about another table than the header",
  row: "a row is not shown to be there, or not there",
  ledger: "the history is not one that was only appended to",
};

/** `cause` is one of CAUSES, the message says what and where. */
export class Refused extends Error {
  constructor(cause, message) {
    super(message);
    this.cause = cause;
  }
}
