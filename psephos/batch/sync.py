"""From the node to the index: one run, or one after another.

    identity → contracts → final block → fork → gaps → collect → append → finality → seal

Everything is found from the index each time, so a run that was cut off is resumed by the next.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from time import sleep

from psephos.batch.fork import follow_fork
from psephos.batch.ledger import Ledger
from psephos.batch.seal import Sealed, behind, seal
from psephos.batch.witnessed import note_signatures
from psephos.chain.check import Contradiction
from psephos.chain.collect import Piece, collect
from psephos.chain.dataset import Dataset
from psephos.chain.node import BlockId, Node
from psephos.chain.verify import Verify, fitting
from psephos.errors import (
    BeyondHead,
    LaggingNode,
    MissingContract,
    NodeContradiction,
)
from psephos.store.index import Index
from psephos.store.reorganise import Reorganisation
from psephos.store.spans import COMPLETE, SEEN, WHOLE

Progress = Callable[[int, int, int], None]
"""`progress(blocks done, blocks in all, rows stored)`; a block counts once for each dataset."""

PATIENCE = 3
"""Rounds without progress after which a node's contradictions stop the run."""

Read = Callable[[Node, Sequence[Dataset], int, int], Iterator[Piece]]
"""`collect`, with its options chosen."""

MOVES = 100
"""Reorganisations followed in one run."""

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one run did. `left` are the gaps that remain, by dataset; `behind` says, a line a
    dataset, where the index was older than its ledger when the run began."""

    chain_id: int
    head: BlockId
    final: BlockId
    blocks: int
    rows: Mapping[str, int]
    reorganisations: tuple[Reorganisation, ...]
    contradictions: tuple[Contradiction, ...]
    quarantined: Mapping[str, tuple[str, str]]
    left: Mapping[str, tuple[Range, ...]]
    sealed: tuple[Sealed, ...] = ()
    behind: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Nothing is left to read and no dataset is quarantined."""
        return not self.quarantined and not any(self.left.values())


def sync(
    node: Node,
    index: Index,
    datasets: Sequence[Dataset],
    *,
    first: int | None = None,
    last: int | None = None,
    verify: Verify | None = None,
    progress: Progress | None = None,
    ledger: Ledger | None = None,
    step: int = 100,
    newest_first: bool = False,
    reread: bool = False,
    pause: Callable[[float], None] = sleep,
) -> SyncReport:
    """Read what is missing of `datasets` between `first` and `last` (their first block to the
    node's head), follow reorganisations, and seal what became final if a ledger is given.

    `verify`: how much is recomputed, what fits the datasets if nobody says; `reread` reads again
    what did not reach as much. Quarantined datasets are passed over. Raises WrongChain, BeyondHead,
    MissingContract, Contested, IncompleteBlock, what node or index raise; what was stored stays.
    """
    older = () if ledger is None else tuple(behind(index, ledger, datasets))
    chain_id, genesis = node.identity()
    index.identify(chain_id, genesis)
    head = node.head()
    _check_range(head, first, last)
    _register(node, index, datasets, head)
    wanted = fitting(datasets) if verify is None else verify
    level = (WHOLE if wanted.mode == "all" else COMPLETE) if reread else SEEN
    run = _Run(node, index, tuple(datasets), first, last, level, progress)
    read = partial(collect, verify=verify, step=step, newest_first=newest_first, pause=pause)
    head, final = _until_done(run, read, newest_first, pause)
    sealed = () if ledger is None else tuple(seal(index, ledger, datasets))
    names = {dataset.name for dataset in datasets}
    return SyncReport(
        chain_id,
        head,
        final,
        run.blocks,
        run.rows,
        tuple(run.reorganisations),
        tuple(run.contradictions),
        {name: why for name, why in index.quarantined().items() if name in names},
        run.missing(head),
        sealed,
        older,
    )


@dataclass(slots=True)
class _Run:
    """What is wanted, and what was done so far."""

    node: Node
    index: Index
    datasets: tuple[Dataset, ...]
    first: int | None
    last: int | None
    level: str
    progress: Progress | None
    total: int = 0
    done: int = 0
    blocks: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    reorganisations: list[Reorganisation] = field(default_factory=list)
    contradictions: list[Contradiction] = field(default_factory=list)

    def missing(self, head: BlockId) -> dict[str, tuple[Range, ...]]:
        """The gaps of every dataset that is not in quarantine."""
        stopped = self.index.quarantined()
        last = head.number if self.last is None else self.last
        return {
            d.name: self.index.gaps(d.name, max(d.first, self.first or 0), last, self.level)
            for d in self.datasets
            if d.name not in stopped
        }

    def moved(self, reorganisation: Reorganisation) -> None:
        self.reorganisations.append(reorganisation)
        if len(self.reorganisations) > MOVES:
            raise LaggingNode(
                f"the node changed its branch {MOVES} times during one run",
                hint="several nodes that disagree answer behind one address; name one of them",
            )

    def stored(self, piece: Piece, names: Collection[str]) -> None:
        self.blocks += piece.last - piece.first + 1
        self.done += (piece.last - piece.first + 1) * len(names)
        for name, tables in piece.tables.items():
            for table, rows in tables.items():
                full = f"{name}_{table}"
                self.rows[full] = self.rows.get(full, 0) + len(rows)
        self.contradictions.extend(piece.contradictions)
        if self.progress is not None:
            self.progress(self.done, self.total, sum(self.rows.values()))


def _until_done(
    run: _Run, read: Read, newest_first: bool, pause: Callable[[float], None]
) -> tuple[BlockId, BlockId]:
    """Rounds until nothing is missing; the head and the final block of the last one.

    A node that contradicts itself, or a chain that moves, ends a round; what the round stored
    stays. Rounds that bring nothing forward are few.
    """
    failed = 0
    while True:
        before = (run.blocks, len(run.reorganisations))
        final, head = run.node.finalized(), run.node.head()
        try:
            _round(run, read, newest_first, head)
            _finalize(run.node, run.index, final)
            note_signatures(run.node, run.index, head, final)
        except (NodeContradiction, LaggingNode):
            failed = 0 if (run.blocks, len(run.reorganisations)) != before else failed + 1
            if failed >= PATIENCE:
                raise
            pause(0.5 * 2**failed)
        else:
            return head, final


def _round(run: _Run, read: Read, newest_first: bool, head: BlockId) -> None:
    """Follow forks, then read every gap there is."""
    if run.last is not None and head.number < run.last:
        raise LaggingNode(f"the node's newest block went back to {head.number}")
    while (moved := follow_fork(run.index, run.node, head)) is not None:
        run.moved(moved)
    missing = run.missing(head)
    run.total = run.done + sum(b - a + 1 for gaps in missing.values() for a, b in gaps)
    for low, high, names in ranges(missing, newest_first):
        alive = names - run.index.quarantined().keys()
        wanted = [dataset for dataset in run.datasets if dataset.name in alive]
        for piece in read(run.node, wanted, low, high):
            run.index.append(piece)
            run.stored(piece, names)


def _register(node: Node, index: Index, datasets: Sequence[Dataset], head: BlockId) -> None:
    """Make the tables of new datasets. Raises MissingContract for one of which nothing was read
    yet and whose contract is not there, though its first block is."""
    known = index.datasets()
    for dataset in datasets:
        begun = dataset.name in known and index.spans(dataset.name)
        for contract in () if begun or dataset.first > head.number else dataset.contracts:
            if not node.code(contract, head.number):
                raise MissingContract(
                    f"dataset `{dataset.name}`: there is no contract at 0x{contract.hex()}",
                    hint="check the address, and that the node is on the chain it is deployed on",
                )
    index.register(*datasets)


def _check_range(head: BlockId, first: int | None, last: int | None) -> None:
    for name, number in (("--from", first), ("--to", last)):
        if number is not None and number > head.number:
            raise BeyondHead(
                f"block {number} is beyond the node's newest block {head.number}",
                hint=f"leave {name} out to read what there is",
            )


def ranges(
    missing: Mapping[str, Sequence[Range]], newest_first: bool = False
) -> list[tuple[int, int, frozenset[str]]]:
    """Ranges in which the same datasets miss the same blocks: each block is asked for once."""
    edges = sorted({e for gaps in missing.values() for a, b in gaps for e in (a, b + 1)})
    out: list[tuple[int, int, frozenset[str]]] = []
    for low, after in pairwise(edges):
        names = frozenset(
            name for name, gaps in missing.items() if any(a <= low <= b for a, b in gaps)
        )
        if names:
            out.append((low, after - 1, names))
    return out[::-1] if newest_first else out


def _finalize(node: Node, index: Index, final: BlockId) -> None:
    """Note the final block and who confirms it, once the index agrees with it."""
    ours = index.block(final.number)
    if ours is not None and ours.hash != final.hash:
        raise NodeContradiction(
            f"block {final.number} is final as 0x{final.hash.hex()} and 0x{ours.hash.hex()} here"
        )
    known = index.finalized
    if known is None or known.number < final.number:
        witnesses = node.witnesses(final)
        index.finalize(final, witnesses.endpoints, witnesses.domains)
