"""The laws of declarations: which shapes may stand together, so that every log is read one way."""

from collections.abc import Iterable
from itertools import combinations

from psephos.chain.event import EventType, FeltEvent, LogType, RowType, Shape, family, schema
from psephos.chain.kinds import CAIRO, DYNAMIC, SOLIDITY
from psephos.errors import ConfigurationError


def check(shapes: Iterable[Shape]) -> None:
    """Refuse declarations that could read one log in two ways, or one table in two layouts.

    Laws: all are of one family of chains; kinds fit the types they are read from; at most three
    members are indexed on Ethereum, none with a tail, and no key of Cairo has a length of its
    own; shapes of one table have the same columns; shapes of one event that hold at one block
    of one contract differ in their number of topics, on Starknet in keys or data felts, unless
    one of them is not static (`FeltEvent` says which is taken).
    """
    shapes = tuple(shapes)
    if len({family(shape) for shape in shapes}) > 1:
        raise ConfigurationError(
            "shapes of Ethereum and of Starknet stand together",
            hint="give each chain datasets of its own",
        )
    for shape in shapes:
        _check_columns(shape)
    for one, other in combinations(shapes, 2):
        if one.table == other.table and schema(one) != schema(other):
            raise ConfigurationError(
                f"two shapes of table `{one.table}` have different columns",
                hint="give one of them a table of its own, or its contract a dataset of its own",
            )
        if not isinstance(one, RowType) and not isinstance(other, RowType) and _alike(one, other):
            raise ConfigurationError(
                f"two shapes of {one.signature} overlap: both have {_size(one)}",
                hint="limit them to different blocks or contracts",
            )


def _check_columns(shape: Shape) -> None:
    names = schema(shape).names
    if len(set(names)) != len(names):
        raise ConfigurationError(f"table `{shape.table}` has a column twice: {', '.join(names)}")
    if isinstance(shape, FeltEvent):
        _check_felts(shape)
        return
    if isinstance(shape, RowType) and shape.chain == "starknet":
        return  # computed by a function, read from no type
    for column in shape.columns:
        if column.type not in SOLIDITY.get(column.kind, ()):
            raise ConfigurationError(
                f"`{shape.table}.{column.name}`: a {column.type} is no {column.kind}"
            )
        if column.indexed and column.kind in DYNAMIC:
            raise ConfigurationError(
                f"`{shape.table}.{column.name}`: an indexed {column.type} is only a hash"
            )
    if isinstance(shape, EventType) and shape.topics > 4:
        raise ConfigurationError(f"{shape.signature}: at most three members can be indexed")


def _check_felts(shape: FeltEvent) -> None:
    unknown = [column.type for column in shape.columns if column.type not in CAIRO]
    if unknown:
        raise ConfigurationError(f"`{shape.table}`: no Cairo type is called {unknown[0]}")
    for member in shape.members:
        cairo = CAIRO[member[0].type]
        place = f"`{shape.table}.{member[0].name}`"
        if len({(column.type, column.indexed) for column in member}) > 1 or len(member) != len(
            cairo.parts
        ):
            raise ConfigurationError(
                f"{place}: a {member[0].type} fills {len(cairo.parts)} columns"
            )
        for column, kinds in zip(member, cairo.parts, strict=True):
            if column.kind not in kinds:
                raise ConfigurationError(f"{place}: a {column.type} is no {column.kind}")
        if member[0].indexed and not cairo.fixed:
            raise ConfigurationError(f"{place}: a key has one length")


def _alike(one: LogType, other: LogType) -> bool:
    """Whether some log could be of either shape and nothing says of which."""
    if one.name != other.name:
        return False
    first = max(one.since or 0, other.since or 0)
    ends = [end for end in (one.until, other.until) if end is not None]
    apart = one.contracts and other.contracts and not set(one.contracts) & set(other.contracts)
    if apart or (ends and first > min(ends)):
        return False
    if isinstance(one, FeltEvent) and isinstance(other, FeltEvent):
        same = (one.name, one.keys, one.least) == (other.name, other.keys, other.least)
        return same and one.static and other.static
    return _size(one) == _size(other) and one.signature == other.signature


def _size(shape: LogType) -> str:
    if isinstance(shape, FeltEvent):
        return f"{shape.keys} keys and {shape.least} data felts"
    return f"{shape.topics} topics"
