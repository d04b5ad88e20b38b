"""Life: whether the chain goes on, whether it takes everybody, and who performs it."""

from collections.abc import Mapping
from typing import Any

from dashboards import queries as ask
from dashboards.cards import columns, headline, undefined
from dashboards.download import csv_href
from dashboards.lists import by_name, key_numbers, listed, unit_of
from dashboards.pages import At, Page
from dashboards.parts import kicker, switch
from dashboards.served import of_listing
from dashboards.studied import studied
from psephos.errors import CommandError, TableError
from psephos.results import reading
from psephos.results.economy.fees import FEES
from psephos.results.figures import Figure
from psephos.results.shown.wording import counted
from psephos.results.studies.shape import Study

PATH, GROUP, NAME, ORDER = r"/life", "Chain", "Life", 33
ASKS = (
    ("Does it go on, on L2 and on L1?", "numbers"),
    ("Does it take everybody, and tell of its changes before?", "upgrades interventions"),
    ("Who performs which service, and for how few is it?", "services producers"),
)
WORDS = {
    "block_time_median": "between a block and the next, in the middle of all",
    "stalled": "of the time was spent in stalls",
    "missed_slots": "of the slots had no block",
    "finality_delay": "from the newest final block to the head, when this was published",
    "checked_share": "of the blocks recompute to their own commitments",
    "upgrades_announced": "of the upgrades were announced before they were in force",
    "entrants": "of who paid a fee had never paid before",
    "program_changes_voted": "of the changes of its program came after a vote that passed",
}
TABLES: Mapping[str, tuple[str, str, str]] = {
    "lag": ("proof_lag_{}_median", "Half of the blocks waited at most {} seconds for their update",
            "Each state update with the blocks that it covers, and how long the oldest and the "
            "newest of them waited for it"),
    "messages": ("message_handled_{}_median",
                 "Half of the messages from L1 waited at most {} seconds to be handled",
                 "What L1 told of, newest first: when L2 handled it, when the proof of that came "
                 "back to L1, and what waits or was taken back"),
    "starkex": ("updates_", "{} state updates of an exchange of StarkEx",
                "The service on L1 that came before Starknet: the newest updates of its exchanges"),
    "upgrades": ("upgrades_announced", "{} of the upgrades were announced before",
                 "Contracts that were replaced, on this chain and the one beside it; announced by "
                 "the contract itself, or by nobody"),
    "stalls": ("stalls", "The chain stalled {} times",
               "Times between two blocks of more than a minute, and of ten times the usual"),
    "days": ("block_time_median", "Half of the blocks waited {} seconds or less",
             "Each full day: its blocks, the time between them, and on a chain of slots those that "
             "had none"),
    "versions": ("version_age", "The present version of the protocol is {} days old",
                 "Which version made which blocks, as their hashes bind it; before 0.13.2 they "
                 "bound none"),
    "validators": ("attested_", "{} of the attestations were made",
                   "Epochs that each validator attested, of those in which its own stake acts "
                   "(where epochs are declared; else of those since its first)"),
    "election": ("unlike_stake_", "{} of the stakers got rewards unlike their stake",
                 "How often each staker was rewarded, and how often chance would have it by its "
                 "stake"),
    "producers": ("producers_half", "{} named in headers made more than half of the blocks",
                  "Who is named in the headers of blocks, which is not who runs a machine"),
    "contracts": ("calls_half", "{} of the contracts had more than half of the transactions",
                  "What accounts called first, most called first"),
    "deployers": ("deployments_half", "{} of those who brought code brought more than half of it",
                  "Who declared classes, deployed accounts, or called the universal deployer; what "
                  "later calls of a transaction deploy is in no table"),
    "makers": ("makers_half", "{} of the deployers made what was called most",
               "Who had contracts deployed by the universal deployers, by how often these were "
               "called first, and the fees paid for it"),
    "levels": ("checked_share", "{} of the blocks recompute to their own commitments",
               "Blocks of every dataset by how they were checked"),
    "interventions": ("program_changes_voted", "",
                      "Who changed what: when it was announced, and the vote that passed before "
                      "it; whether it was about it, a reader must judge"),
    "dossiers": ("never_voted", "",
                 "What was published of each decision, and its steps on the chain; a matter that "
                 "never came to a vote has its age"),
}  # fmt: skip
"""By table: the figure that it is behind, the finding, and what the table holds."""


def page(at: At) -> Page:
    there = reading.datasets(at.view.release, *FEES)
    if not there:
        raise TableError("this release tells no blocks", hint="collect a dataset of fees")
    name = at.address.dataset or there[0]
    if name not in there:
        raise CommandError("there is no such dataset of fees", hint=", ".join(there))
    study = studied(at.view, "life", name)
    which = switch("dataset", name, {one: one for one in there}) if len(there) > 1 else None
    if study.why:
        told = headline(kicker(at.view), "Nothing can be told of it.", undefined(study.why))
        return Page("Life", [told, which])
    figures = by_name(study)
    changes = studied(at.view, "decisions", ask.dataset_of(at.view, "balance", ""))
    return Page(
        "Life",
        [
            headline(kicker(at.view), finding(figures), context(figures)),
            which,
            key_numbers(at, known := {**figures, **by_name(changes)}, six(known)),
            columns(*(table(at, told, one.name) for told in (study, changes)
                      for one in sorted(told.tables, key=lambda one: one.name != "services"))),
        ],
    )  # fmt: skip


def six(figures: Mapping[str, Figure]) -> dict[str, str]:
    """What is said of the first six numbers that are known on this chain."""
    known = [name for name in WORDS if name in figures and figures[name].value is not None]
    return {name: WORDS[name] for name in known[:6]}


def finding(figures: Mapping[str, Figure]) -> str:
    """`A block came every 12 seconds; the longest wait was 24 seconds.`"""
    median, longest = figures["block_time_median"], figures["block_time_longest"]
    if median.value is None:
        return "No two blocks in a row are known."
    return (
        f"A block came every {median.text} {unit_of(median)}; "
        f"the longest wait was {longest.text} {unit_of(longest)}."
    )


def context(figures: Mapping[str, Figure]) -> str:
    half = figures["producers_half"]
    who = f" {many(half)} named in headers made more than half." if half.value is not None else ""
    return f"Of the {figures['stalls'].population}.{who}"


def many(figure: Figure) -> str:
    """How many, as a sentence begins: `Two`; a share in its digits."""
    if isinstance(figure.value, int):
        return counted(figure.value, " ", " ", capital=True).strip()
    return figure.text


def table(at: At, study: Study, name: str) -> Any:
    """A card with one table of a study, under the figure that it is behind."""
    kind, _, of = name.partition("_")
    if kind == "services":
        return performed(at, study)
    if kind not in TABLES:
        return None
    measure, said, words = TABLES[kind]
    wanted = measure.format(of)
    figure = next((one for one in study.figures if one.measure.startswith(wanted)), None)
    if figure is None:
        return None
    first = many(figure) if said.startswith("{}") else figure.text
    title = said.format(first) if said and figure.value is not None else ""
    return listed(at, study.kind, study.dataset, name, figure, title=title, definition=words,
                  wide=True)  # fmt: skip


def performed(at: At, study: Study) -> Any:
    """The table service × company: declared, and no row of a chain stands under it."""
    found = next(one for one in study.tables if one.name == "services")
    csv = csv_href("study", at.address, kind="life", dataset=study.dataset, measure="services")
    return of_listing(at, found, found.title, "What the chain lives by", csv)
