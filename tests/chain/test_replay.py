"""A recording answers what the node answered, or says that it does not know."""

import lzma
from pathlib import Path

import pytest

from psephos.chain.logs import row
from psephos.chain.open import open_node
from psephos.chain.replay import Recording, ReplayNode, record
from psephos.errors import (
    ConfigurationError,
    LaggingNode,
    MalformedAnswer,
    NodeError,
    NodeUnreachable,
    WrongChain,
)
from psephos.settings import ChainSettings, Endpoint
from tests.simulated.chain import SimulatedChain

TOKEN = SimulatedChain.TOKEN


@pytest.fixture
def chain() -> SimulatedChain:
    chain = SimulatedChain(seed=3)
    chain.grow(89)
    return chain


@pytest.fixture
def recorded(chain: SimulatedChain, tmp_path: Path) -> Path:
    path = tmp_path / "answers.xz"
    record(chain, path, contracts=[TOKEN], calls=[(TOKEN, b"\1\2", 40)])
    return path


def test_a_replay_answers_what_the_node_answered(chain: SimulatedChain, recorded: Path) -> None:
    replay = ReplayNode(recorded)
    assert replay.identity() == chain.identity()
    assert replay.head() == chain.head()
    assert replay.finalized() == chain.finalized()
    assert replay.headers(0, 90) == chain.headers(0, 90)
    for told in chain.headers(10, 20):
        assert replay.receipts(told.id) == chain.receipts(told.id)
    assert replay.code(TOKEN, 90) == chain.code(TOKEN, 90)
    assert replay.call(TOKEN, b"\1\2", 40) == chain.call(TOKEN, b"\1\2", 40)
    assert replay.witnesses(chain.head()).endpoints == ("recording",)


@pytest.mark.parametrize(("first", "last"), [(0, 90), (17, 17), (30, 60)])
def test_a_replay_filters_logs_as_the_node_did(
    chain: SimulatedChain, recorded: Path, first: int, last: int
) -> None:
    replay = ReplayNode(recorded)
    for contracts in ([], [TOKEN], [TOKEN, chain.GOVERNOR]):
        for topics in ([], [chain.TRANSFER], [chain.TRANSFER, chain.VOTE_CAST]):
            ours = replay.logs(first, last, contracts, topics)
            theirs = chain.logs(first, last, contracts, topics)
            assert [row(ours, i) for i in range(len(ours))] == [
                row(theirs, i) for i in range(len(theirs))
            ]


def test_code_is_there_from_its_block_on(chain: SimulatedChain, recorded: Path) -> None:
    replay = ReplayNode(recorded)
    born = next(n for n in range(91) if chain.code(TOKEN, n))
    assert replay.code(TOKEN, born - 1) == b""
    assert replay.code(TOKEN, born) == chain.code(TOKEN, born)


def test_two_recordings_of_one_chain_are_the_same_bytes(
    chain: SimulatedChain, recorded: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again.xz"
    record(chain, again, contracts=[TOKEN], calls=[(TOKEN, b"\1\2", 40)])
    assert again.read_bytes() == recorded.read_bytes()


def test_what_was_not_recorded_is_an_error_and_not_an_empty_answer(recorded: Path) -> None:
    replay = ReplayNode(recorded)
    with pytest.raises(LaggingNode):
        replay.headers(90, 91)
    with pytest.raises(LaggingNode):
        replay.logs(80, 91, [], [])
    with pytest.raises(NodeError, match="no answer"):
        replay.call(TOKEN, b"\1\2", 41)
    with pytest.raises(NodeError, match="code"):
        replay.code(b"\7" * 20, 40)
    stranger = replay.headers(5, 5)[0].id
    with pytest.raises(LaggingNode):
        replay.receipts(type(stranger)(6, stranger.hash))


def _spoiled(path: Path, change) -> Path:
    lines = lzma.decompress(path.read_bytes()).splitlines(keepends=True)
    spoiled = path.with_name("spoiled.xz")
    spoiled.write_bytes(lzma.compress(b"".join(change(lines))))
    return spoiled


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda lines: lines[:-1], "lacks"),
        (lambda lines: lines[1:], "lacks"),
        (lambda lines: lines[:20] + lines[21:], "line 21"),
        (lambda lines: [*lines[:5], b'{"block": 1}\n', *lines[5:]], "line 6"),
        (lambda lines: [*lines[:5], lines[5][:100] + b"\n", *lines[6:]], "line 6"),
        (
            lambda lines: [lines[0].replace(b'"recording":1', b'"recording":2'), *lines[1:]],
            "format",
        ),
    ],
)
def test_a_damaged_recording_is_refused_with_its_line(recorded: Path, change, says: str) -> None:
    with pytest.raises(MalformedAnswer, match=says):
        ReplayNode(_spoiled(recorded, change))


def test_a_truncated_or_missing_recording_is_refused(recorded: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.xz"
    cut.write_bytes(recorded.read_bytes()[:-40])
    with pytest.raises(MalformedAnswer, match=r"cut\.xz"):
        ReplayNode(cut)
    with pytest.raises(NodeUnreachable, match="no recording"):
        ReplayNode(tmp_path / "nothing.xz")


def test_a_recording_that_fails_leaves_no_file(chain: SimulatedChain, tmp_path: Path) -> None:
    path = tmp_path / "answers.xz"
    with pytest.raises(LaggingNode), Recording(path, chain) as recording:
        recording.blocks(0, 500)
    assert list(tmp_path.iterdir()) == []


def _settings(chain: SimulatedChain, *urls: str, number: int | None = None) -> ChainSettings:
    endpoints = tuple(Endpoint(url, f"endpoint {i}") for i, url in enumerate(urls))
    chain_id, genesis = chain.identity()
    return ChainSettings("test", number or chain_id, genesis, 0, endpoints)


def test_a_replay_address_opens_the_recording(chain: SimulatedChain, recorded: Path) -> None:
    node = open_node(_settings(chain, f"replay:{recorded}"))
    assert isinstance(node, ReplayNode)
    with pytest.raises(WrongChain, match="recorded on chain"):
        open_node(_settings(chain, f"replay:{recorded}", number=5))
    with pytest.raises(ConfigurationError, match="beside"):
        open_node(_settings(chain, f"replay:{recorded}", "http://127.0.0.1:1"))
