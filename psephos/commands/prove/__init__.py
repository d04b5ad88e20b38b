"""`psephos prove`: what a table adds up to, or that a row is in it; one file a subject.

`psephos prove --table FILE …` is short for `psephos prove table --table FILE …`.
"""

SUBJECTS = {
    "table": "what a table of votes or holders adds up to (`prove --table …` is enough)",
    "batch": "what a sealed table of a release adds up to",
    "transition": "that positions and the moves since then give the positions after",
    "figure": "a published figure, from the rows of its release",
    "row": "that a row is in a sealed table or a roll, or that nobody is there",
}
OF_OPTIONS = "table"
"""The subject that is meant where options follow at once."""
