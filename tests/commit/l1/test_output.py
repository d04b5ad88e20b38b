"""Program outputs of both layouts, word for word, and everything that is none."""

import random
import time

import pytest

from psephos.commit.l1.fact import (
    IS_VALID,
    calldata_fact,
    is_valid_call,
    read_is_valid,
    sharp_fact,
    state_transition_fact,
)
from psephos.commit.l1.output import (
    LONGEST,
    MessageToL1,
    MessageToL2,
    read_output,
)
from psephos.commit.l1.text import octets, words
from psephos.commit.starknet.felt import PRIME
from psephos.errors import VerificationFailed
from tests.simulated.settlement import output_words, text

REAL = (
    3018624736188101328246297444318644294563497602220136692870273928697775988666,
    1151630580362070988738268361000255623588004050079088328197570103143309491006,
    666040,
    3177057833047671898647187604563418056605025652261842640856515337450823335648,
    2590421891839256512113614983194993186457498815986333310670788206383913888162,
    1,
    1061847063359104755717935913364096764981563580403432547646,
    3164098607841814262685584562065384014561507683008279950804,
    2163376855567109814935508075637289690251398831877065408270981012600474013295,
    98755104937949709628642176073380055704,
    104362282196061853877497059290599067159,
    0,
    10,
    1092735609972394726528730534548720965203717757019,
    241939744573875736075283046176274470447710245184526611146097095139641614684,
    1658854,
    774397379524139446221206168840917193112228400237242521560346153613428128537,
    5,
    726330175714135941764069406682033110407748398240,
    107328282983576198777841180606493918532289616812,
    827937323922753091213038911432679783215737312167447066598033347469054956751,
    146531850000000000000,
    0,
)
"""Starknet's update in mainnet block 20468828 (madara-alliance/madara e674321, program_output)."""


def test_a_real_output_to_0_13_1_is_read_word_for_word() -> None:
    output = read_output(REAL)
    assert (output.layout, output.number) == ("to 0.13.1", 666040)
    assert output.hash == 0x70626A88DE6A77855ECD683757207CDD18BA56553DCA6C0C98EC523B827BEE0
    assert output.kzg
    (blob,) = output.blobs
    assert blob.commitment.hex().startswith("810abb1929a0d45cdd62a20f9ccfd580")
    assert output.to_l1 == ()
    (message,) = output.to_l2
    assert message.nonce == 1658854
    assert message.payload == REAL[18:]
    assert state_transition_fact(output).hex().startswith("6cf8afcc6d34f630")


@pytest.mark.parametrize("blobs", [0, 1, 2, 3])
def test_an_output_since_0_13_2_names_each_of_its_blobs(blobs: int) -> None:
    told = output_words([[1, 2, i] for i in range(blobs)])
    output = read_output(told)
    assert (output.layout, output.kzg) == ("since 0.13.2", blobs > 0)
    assert (output.previous_number, output.number) == (100, 110)
    assert (output.previous_root, output.root) == (11, 22)
    assert (output.previous_hash, output.hash, output.config_hash) == (33, 44, 55)
    assert len(output.blobs) == blobs
    assert output.to_l1 == (MessageToL1(5, 6, (70, 71)), MessageToL1(8, 9, ()))
    assert output.to_l2 == (MessageToL2(1, 2, 3, 4, (50,)),)
    assert output.words == tuple(told)


def test_the_update_of_block_0_comes_after_block_minus_one() -> None:
    told = output_words([])
    told[2:4] = [PRIME - 1, 0]
    assert read_output(told).previous_number == -1


def test_a_message_to_l1_has_the_hash_that_the_contract_keeps() -> None:
    """keccak(from ‖ to ‖ length ‖ payload) of 1.3 million STRK minted to the reward supplier."""
    receiver = 0xCA1406D57ED09947E68DE121316C87113FBE9FF5
    message = MessageToL1(5, receiver, (1_300_000 * 10**18,))
    assert message.hash.hex() == "08d858f74a6c1a693385c266a2cedbb9208af238c503685e38590e32e6313c0a"


def test_the_facts_follow_the_contracts_formulas() -> None:
    from psephos.commit.keccak import keccak

    output = read_output(output_words([]))
    packed = keccak(b"".join(word.to_bytes(32, "big") for word in output.words))
    size = len(output.words)
    inner = packed + b"".join(n.to_bytes(32, "big") for n in (size, 7, size + 9))
    expected = int.from_bytes(keccak(inner), "big") + 1
    assert calldata_fact(output, 7, 9) == expected.to_bytes(32, "big")
    with pytest.raises(VerificationFailed, match="its fact needs their hash"):
        state_transition_fact(output)
    with pytest.raises(VerificationFailed):
        calldata_fact(read_output(REAL), 7, 9)
    fact = state_transition_fact(read_output(REAL))
    assert sharp_fact(3, fact) == keccak((3).to_bytes(32, "big") + fact)
    assert is_valid_call(fact) == IS_VALID + fact
    assert IS_VALID.hex() == "6a938567"


def test_a_registry_answers_true_or_false_and_nothing_else() -> None:
    assert read_is_valid(bytes(31) + b"\1") is True
    assert read_is_valid(bytes(32)) is False
    for answer in (b"", bytes(31), bytes(33), bytes(31) + b"\2", b"\1" + bytes(31)):
        with pytest.raises(VerificationFailed):
            read_is_valid(answer)


@pytest.mark.parametrize("newer", [False, True])
def test_p10_an_output_cut_anywhere_or_with_more_behind_it_is_none(newer: bool) -> None:
    told = output_words([[1]], newer=newer)
    for length in range(len(told)):
        with pytest.raises(VerificationFailed):
            read_output(told[:length])
    for more in ([0], [1], [0, 0], told):
        with pytest.raises(VerificationFailed):
            read_output([*told, *more])


def test_p9_a_word_is_a_felt() -> None:
    for bad in (-1, PRIME, 2**256, 2**5000):
        for at in range(len(REAL)):
            with pytest.raises(VerificationFailed, match="no felt"):
                read_output([*REAL[:at], bad, *REAL[at + 1 :]])
    with pytest.raises(VerificationFailed, match="no felt"):
        read_output([*REAL[:2], True, *REAL[3:]])


BROKEN = {
    "a KZG flag of two": {8: 2},
    "full output": {9: 1},
    "no blob": {11: 0},
    "more blobs than any": {11: 65},
    "2^251 blobs": {11: 2**251},
    "commitment of more than 192 bits": {12: 2**192},
    "evaluation of more than 128 bits": {14: 2**128},
    "a block that is not after the one before": {3: 100},
    "messages longer than the output": {16: 2**30},
    "a payload longer than its segment": {19: 3},
    "a payload of 2^250 words": {19: 2**250},
}


@pytest.mark.parametrize("name", BROKEN)
def test_an_output_that_lies_about_itself_is_refused(name: str) -> None:
    told = output_words([[1]])
    for at, word in BROKEN[name].items():
        told[at] = word
    with pytest.raises(VerificationFailed):
        read_output(told)


def test_an_output_that_reads_as_either_layout_is_refused() -> None:
    """Words that fit both: block hash and roots would have to be small numbers."""
    both = [1, 2, 3, 4, 5, 0, 7, 8, 0, 0, 3, 9, 1, 0, 0]
    with pytest.raises(VerificationFailed, match="either of two layouts"):
        read_output(both)


def test_p18_a_huge_output_is_refused_at_once() -> None:
    began = time.process_time()
    with pytest.raises(VerificationFailed, match="more than any"):
        read_output([0] * (LONGEST + 1))
    with pytest.raises(VerificationFailed):
        read_output([0] * LONGEST)
    assert len(read_output([*output_words([])[:10], 60000, *[0] * 60000, 0]).to_l1) == 20000
    assert time.process_time() - began < 1


def test_random_words_are_read_or_refused_and_nothing_else() -> None:
    draw = random.Random(3)
    small = (0, 0, 1, 1, 2, 3, 5, 10, 2**64, 2**192, PRIME - 1)
    read = 0
    for _ in range(20_000):
        told = [draw.choice(small) for _ in range(draw.randrange(30))]
        try:
            read_output(told)
        except VerificationFailed:
            continue
        read += 1
    assert read


def test_words_are_read_in_every_way_that_they_are_written() -> None:
    told = list(REAL)
    assert words(text(told)) == told
    assert words(text(told) + b"\n") == told
    assert words("\r\n".join(map(hex, told)).encode()) == told
    assert words(("[" + ", ".join(f'"{word:#x}"' for word in told) + "]").encode()) == told


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \n",
        b"1\n-2",
        b"1\n02",
        b"1\n1e3",
        b"1_0",
        b"0x",
        b"0xg",
        b"ff",
        b"1.0",
        b"0x" + b"f" * 65,
        b"9" * 79,
        "１".encode(),
        b"\xff\xfe",
        b"\0",
        b"1 " * 70_000,
        b"1" * 9_000_000,
    ],
)
def test_a_file_that_is_no_words_is_refused(content: bytes) -> None:
    with pytest.raises(VerificationFailed):
        words(content)


def test_bytes_are_read_in_every_way_that_they_are_written() -> None:
    data = bytes(range(48))
    for content in (data, data.hex().encode(), b"0x" + data.hex().upper().encode() + b"\n"):
        assert octets(content, 48, "commitment") == data
    lines = "\n".join(data.hex()[i : i + 32] for i in range(0, 96, 32))
    assert octets(lines.encode(), 48, "commitment") == data


@pytest.mark.parametrize(
    "content", [b"", b"0x", b"00" * 47, b"00" * 49, b"0x" * 48, b"zz" * 48, b"0" * 95, b"0" * 10**7]
)
def test_a_file_that_is_not_those_bytes_is_refused(content: bytes) -> None:
    with pytest.raises(VerificationFailed):
        octets(content, 48, "commitment")
