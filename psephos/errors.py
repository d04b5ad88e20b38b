"""Every error psephos raises on purpose, drawn as a tree.

    PsephosError                    exit retry
    ├── CommandError               2       the command line is wrong
    │   └── ConfigurationError     2       psephos.toml is wrong: which key, which line
    ├── NodeError                  5       the source of data failed
    │   ├── NodeUnreachable        5  yes  no endpoint answered
    │   ├── RateLimited            5  yes  the node asked us to wait
    │   ├── RangeRefused           5  yes  the range is too wide for this node: ask for less
    │   ├── MalformedAnswer        5  yes  not the JSON, or not the shape, that was asked for
    │   ├── LaggingNode            5  yes  the node does not have the blocks it was asked for
    │   ├── NodeContradiction      5  yes  two answers of a node do not fit together
    │   ├── MethodMissing          5       the node does not offer a method
    │   ├── WrongChain             5       chain id or genesis is not the configured one
    │   ├── MissingContract        5       no code at a watched address
    │   └── BeyondHead             5       the range ends after the newest block
    ├── DataError                  4       the data are incomplete, broken or disputed
    │   ├── MalformedEvent         4       a log of a watched event does not decode
    │   ├── AmountTooLarge         4       an amount of 10^38 or more
    │   ├── IncompleteBlock        4       the logs do not recompute to the block's commitment
    │   ├── Quarantined            4       a dataset stopped, with its reason
    │   ├── Contested              4       a block that was final was rolled back
    │   ├── NotCollected           4       the figure needs blocks that were not read yet
    │   ├── NotVerified            4       nothing failed, but its own hash is not possible
    │   └── UnknownFork            4       a newer fork's block: it cannot be recomputed
    ├── VerificationFailed         3       a commitment, root or proof does not hold
    │   ├── LedgerBroken           3       the ledger is not the history its root names
    │   └── ReleaseBroken          3       a file of a release is missing or changed
    ├── StoreError                 1       this machine's files
    │   ├── IndexLocked            1  yes  another collector has the index open
    │   ├── NewerIndex             1       written by a newer psephos
    │   ├── IndexBroken            1       damaged, or older than its own ledger
    │   ├── StorageFull            1  yes  no space left
    │   ├── ReadOnlyFolder         1       the folder cannot be written
    │   ├── ReleaseLocked          1  yes  another process is publishing
    │   └── NoRelease              1       nothing has been released yet
    └── TableError                 1       a table given to `measure` cannot be measured

A message says what and where; the hint says what to do. `retry` says whether the same
call may succeed later without anybody changing anything.
"""

from typing import ClassVar


class PsephosError(Exception):
    """An error psephos raises on purpose. `str()` is one line and ends without a full stop."""

    exit_code: ClassVar[int] = 1
    retry: ClassVar[bool] = False

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    @property
    def name(self) -> str:
        """The name a script reads: `error.name` of `--json`."""
        return type(self).__name__


class CommandError(PsephosError):
    """The command line is wrong."""

    exit_code = 2


class ConfigurationError(CommandError):
    """`psephos.toml` or the environment is wrong; the message names the key and the line."""


class NodeError(PsephosError):
    """A node failed, refused or lied."""

    exit_code = 5


class NodeUnreachable(NodeError):
    """No endpoint answered."""

    retry = True


class RateLimited(NodeError):
    """The node asked us to wait; `after` is its own wish in seconds, if it had one."""

    retry = True

    def __init__(self, message: str, *, hint: str = "", after: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.after = after


class RangeRefused(NodeError):
    """The node refuses a range of blocks; ask for less."""

    retry = True


class MalformedAnswer(NodeError):
    """Not strict JSON, too long, or not of the shape that was asked for."""

    retry = True


class LaggingNode(NodeError):
    """The node does not know the blocks it was asked about."""

    retry = True


class NodeContradiction(NodeError):
    """Two answers of a node do not fit together."""

    retry = True


class MethodMissing(NodeError):
    """The node does not offer a method; another way to the same answer may exist."""


class WrongChain(NodeError):
    """Chain id or genesis hash is not the configured one."""


class MissingContract(NodeError):
    """No code at a watched address."""


class BeyondHead(NodeError):
    """The range asked for ends after the newest block."""


class DataError(PsephosError):
    """The data are incomplete, broken or disputed; nothing was lost."""

    exit_code = 4


class MalformedEvent(DataError):
    """A log of a watched event does not decode: a hole in the data would be invisible later."""


class AmountTooLarge(DataError):
    """An amount, or a sum, of 10^38 or more: never rounded, wrapped or turned into a double."""


class IncompleteBlock(DataError):
    """The rows of a block do not recompute to the block's own commitment."""


class Quarantined(DataError):
    """A dataset stopped, with its reason; the others go on."""


class Contested(DataError):
    """A block that was final was rolled back; nothing is deleted."""


class NotCollected(DataError):
    """A figure needs blocks that have not been read yet."""


class NotVerified(DataError):
    """No check failed, but the object's own hash or root could not be recomputed."""


class UnknownFork(DataError):
    """A block of a fork this version does not know: not wrong, but impossible to recompute."""


class VerificationFailed(PsephosError):
    """A commitment, root or proof does not hold."""

    exit_code = 3


class LedgerBroken(VerificationFailed):
    """The ledger's bytes are not the history its root names."""


class ReleaseBroken(VerificationFailed):
    """A file of a release is missing or changed."""


class StoreError(PsephosError):
    """A file of this machine."""


class IndexLocked(StoreError):
    """Another collector has the index open."""

    retry = True


class NewerIndex(StoreError):
    """The index was written by a newer psephos."""


class IndexBroken(StoreError):
    """The index is damaged, or older than its own ledger."""


class StorageFull(StoreError):
    """No space left on the device."""

    retry = True


class ReadOnlyFolder(StoreError):
    """A folder cannot be written."""


class ReleaseLocked(StoreError):
    """Another process is publishing in the same folder."""

    retry = True


class NoRelease(StoreError):
    """Nothing has been released yet."""


class TableError(PsephosError):
    """A table that cannot be measured: which column, which row, why."""
