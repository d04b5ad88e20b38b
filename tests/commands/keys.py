"""The keys of each answer of `prove`, `verify proof` and `verify row`: exactly these, no others."""

ALWAYS = {"ok", "command", "error"}
ERROR = {"name", "message", "hint"}
SECURITY = {"bits", "pow_bits", "regime", "binding_term"}
SAYS = SECURITY | {"preset", "statements", "scale", "publics", "row_root", "low_degree_root"}
"""What a proof says: all of it is nothing of a proof that was refused."""

MADE = ALWAYS | SAYS | {"out", "bytes"}
MADE_OF_TABLE = MADE | {"rows"}
MADE_OF_MOVES = MADE | {"rows", "moves"}
MADE_OF_FIGURE = MADE | {"figure", "measure", "value"}
MADE_OF_DAY = MADE | {"table", "rows", "header", "entries"}
MADE_ROW = ALWAYS | {"out", "bytes", "says"}

JUDGED = ALWAYS | {"subject", "verified", "checks"}
CHECK = {"name", "status", "why"}
VERIFIED = JUDGED | SAYS | {"data_link"}
ABSENT_ROW = JUDGED | {"present", "id"}
ROW = ABSENT_ROW | {"weight", "choice", "scale"}
"""`scale`: decimal places that the weight was multiplied by; null where only a root was told."""
LINKED_ROW = ROW | {"row", "data_link"}
SEALED_ROW = JUDGED | {"table", "present", "row"}

TALLY = {"against", "for", "abstain", "against_count", "for_count", "abstain_count"}
COALITION = {"numerator", "denominator", "strict", "coalition", "before", "pivot"}
PUBLICS = {
    "rows": {"count"},
    "total": {"total"},
    "tally": TALLY,
    "concentration": {"sum_of_squares"},
    "coalition": COALITION,
    "inequality": {"holders", "rank_sum"},
    "participation": {"cast", "cast_count"},
    "distinct": set(),
    "top": {"top", "held", "least"},
    "part": set(),
    "several": set(),
    "transition": {"credits", "debits"},
}
"""The public numbers of each statement; the second of a name is told as `name#2`."""
