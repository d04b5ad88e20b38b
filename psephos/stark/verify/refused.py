"""The one error of the verifier: why a proof is not accepted."""

CAUSES = {
    "encoding": "the bytes are not those of a proof, or not the one encoding of it",
    "statement": "a statement is not known, not allowed, or does not fit the others",
    "security": "fewer proven bits than asked for, or another regime",
    "publics": "a public number is out of its range",
    "relation": "the public numbers contradict one another",
    "rules": "the statement's rules do not hold at the random point",
    "grinding": "the nonce does not show the work",
    "opening": "opened values do not lead to their root",
    "degree": "what was folded is not the last polynomial",
    "header": "the proof is about another table than the header",
}


class Refused(Exception):
    """A proof is not accepted; `cause` is one of `CAUSES`, the message says what and where."""

    def __init__(self, cause: str, message: str) -> None:
        assert cause in CAUSES
        super().__init__(message)
        self.cause = cause
        self.message = message
