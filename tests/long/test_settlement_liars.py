"""Settlements and light clients under liars: lies behind the hash, 40,000; a million in a campaign.

A random byte never passes a hash, so the lies are told where the hashes are right: words of an
output that were drawn to fit, receipts of any bytes under a root made for them, blobs of any
words, states that commit to one wrong thing and are signed by the true committee. What is read is
written again and must be the same: there is no second writing of anything.
"""

import os
import random
import time

import pytest

from psephos.commit.beacon.client import advance, bootstrap
from psephos.commit.l1.diff import BlobDiff, read_diff
from psephos.commit.l1.inclusion import proven_logs
from psephos.commit.l1.output import BEFORE_GENESIS, ProgramOutput, read_output
from psephos.commit.rlp import integer, sequence, string
from psephos.commit.starknet.felt import PRIME
from psephos.errors import PsephosError, UnknownFork, VerificationFailed
from tests.commit.l1.test_logs import tied
from tests.simulated.beacon import MINIMAL, Beacon, noise
from tests.simulated.settlement import diff_words

EACH = 1_000_000 // 4 if os.environ.get("PSEPHOS_CAMPAIGN") else 40_000 // 4
SLOWEST = 1.0

pytestmark = pytest.mark.long


def written(output: ProgramOutput) -> list[int]:
    """The one writing of a program output."""
    halves = [(int.from_bytes(b.commitment, "big"), b.y) for b in output.blobs]
    names = [part for name, _ in halves for part in (name % 2**192, name >> 192)]
    values = [part for _, y in halves for part in (y % 2**128, y >> 128)]
    if output.layout == "to 0.13.1":
        words = [output.previous_root, output.root, output.number, output.hash]
        words += [output.config_hash, int(output.kzg)]
        words += [*names, output.z, *values] if output.kzg else []
    else:
        before = BEFORE_GENESIS if output.previous_number == -1 else output.previous_number
        words = [output.previous_root, output.root, before, output.number]
        words += [output.previous_hash, output.hash, output.program_hash, output.config_hash]
        words += [int(output.kzg), 0]
        words += [output.z, len(output.blobs), *names, *values] if output.kzg else []
    to_l1 = [w for m in output.to_l1 for w in (m.sender, m.receiver, len(m.payload), *m.payload)]
    to_l2 = [
        w
        for m in output.to_l2
        for w in (m.sender, m.receiver, m.nonce, m.selector, len(m.payload), *m.payload)
    ]
    return [*words, len(to_l1), *to_l1, len(to_l2), *to_l2]


SMALL = (0, 0, 0, 1, 1, 2, 3, 5, 8, 2**64, 2**128, 2**192 - 1, PRIME - 1)


def segment(draw: random.Random, members: int) -> list[int]:
    """Messages with so many members before the length of their payload."""
    words = []
    for _ in range(draw.randrange(3)):
        payload = [draw.choice(SMALL) for _ in range(draw.randrange(4))]
        words += [*(draw.choice(SMALL) for _ in range(members)), len(payload), *payload]
    return [len(words), *words]


def output_drawn(draw: random.Random) -> list[int]:
    """Words of either layout, every member small enough to be another one."""
    kzg, blobs = draw.randrange(2), 1 + draw.randrange(2)
    if draw.randrange(2):
        words = [draw.choice(SMALL) for _ in range(8)] + [kzg, 0]
        words[2:4] = sorted(draw.sample(range(50), 2))
        words += [7, blobs, *(draw.choice(SMALL[:10]) for _ in range(4 * blobs))] if kzg else []
    else:
        words = [1, 2, draw.randrange(50), draw.choice(SMALL), draw.choice(SMALL), kzg]
        words += [draw.choice(SMALL[:10]) for _ in range(5)] if kzg else []
    words += segment(draw, 2) + segment(draw, 4)
    if draw.random() < 0.6:
        words[draw.randrange(len(words))] = draw.choice((*SMALL, PRIME, -1))
    return words


def test_an_output_that_is_read_is_written_the_same_way_again() -> None:
    draw, read = random.Random(1), 0
    for _ in range(EACH):
        words = output_drawn(draw)
        try:
            output = read_output(words)
        except VerificationFailed:
            continue
        read += 1
        assert written(output) == words
    print(f"{EACH} outputs drawn to fit, {read} read, each with one writing")
    assert read > EACH // 10


def again(diff: BlobDiff) -> list[int]:
    listed = [(c.address, c.nonce or 0, c.class_hash, c.storage) for c in diff.contracts]
    return diff_words(listed, diff.classes)


def test_a_diff_that_is_read_is_written_the_same_way_again() -> None:
    draw, read = random.Random(2), 0
    for _ in range(EACH):
        words = [draw.randrange(3)]
        for _ in range(words[0]):
            entries = draw.randrange(3)
            flag, nonce = draw.randrange(2), draw.randrange(3)
            words += [draw.randrange(6), flag << 128 | nonce << 64 | entries]
            words += [draw.randrange(9) for _ in range(flag + 2 * entries)]
        words += [draw.randrange(2)]
        words += [draw.randrange(9) for _ in range(2 * words[-1])]
        if draw.random() < 0.5:
            words[draw.randrange(len(words))] = draw.choice((*SMALL, 2**129, 2**251, PRIME))
        try:
            diff = read_diff([*words, 0, 0, 0, 0, 0])
        except (VerificationFailed, UnknownFork):
            continue
        read += 1
        words += [0] * 5
        assert again(diff) == words[: diff.words]
        assert not any(words[diff.words :])
    print(f"{EACH} diffs drawn to fit, {read} read, each with one writing")
    assert read > EACH // 10


def piece(draw: random.Random, depth: int = 0) -> bytes:
    """RLP of anything, most often of what a receipt holds."""
    kind = draw.random()
    if depth < 4 and kind < 0.35:
        return sequence(b"".join(piece(draw, depth + 1) for _ in range(draw.randrange(5))))
    if kind < 0.9:
        return string(draw.randbytes(draw.choice((0, 1, 2, 20, 20, 32, 32, 31, 256))))
    return draw.randbytes(draw.randrange(4))


def receipt(draw: random.Random) -> bytes:
    logs = []
    for _ in range(draw.randrange(3)):
        topics = [string(draw.randbytes(32)) for _ in range(draw.randrange(5))]
        members = [string(draw.randbytes(20)), sequence(b"".join(topics)), string(b"data")]
        if draw.random() < 0.2:
            members[draw.randrange(3)] = piece(draw)
        logs.append(sequence(b"".join(members)))
    body = [integer(1), integer(21000), string(bytes(256)), sequence(b"".join(logs))]
    if draw.random() < 0.3:
        body[draw.randrange(4)] = piece(draw)
    return bytes(draw.choice(((), (), (1,), (2,), (3,), (4,), (5,), (127,)))) + sequence(
        b"".join(body)
    )


def test_a_receipt_of_any_bytes_under_its_own_root_is_read_or_refused() -> None:
    draw, read, slowest = random.Random(3), 0, 0.0
    for _ in range(EACH):
        encoded = receipt(draw)
        if draw.random() < 0.2 and encoded:
            at = draw.randrange(len(encoded))
            encoded = encoded[:at] + draw.randbytes(1) + encoded[at + 1 :]
        proof, hash_ = tied(encoded or b"\x80")
        began = time.process_time()
        try:
            logs = proven_logs(proof, hash_)
        except PsephosError:
            logs = None
        slowest = max(slowest, time.process_time() - began)
        if logs is None:
            continue
        read += 1
        for log in logs:
            whole = string(log.address) + sequence(b"".join(map(string, log.topics)))
            assert sequence(whole + string(log.data)) in encoded
    print(f"{EACH} receipts of any bytes, {read} read, slowest {slowest:.3f} s")
    assert read > EACH // 10
    assert slowest < SLOWEST


LEAVES = ("finality_branch", "next_sync_committee_branch")


def test_a_state_that_commits_to_one_lie_and_is_truly_signed_convinces_of_nothing_else() -> None:
    """The committee signs honestly; what is told beside its header differs from it in one thing."""
    draw = random.Random(4)
    beacon = Beacon(MINIMAL)
    store = bootstrap(beacon.bootstrap(8), MINIMAL)
    updates = [beacon.update(40 + i, 24 + i) for i in range(8)]
    honest = {advance(store, update, 2 * 10**9)[0].finalized.root for update in updates}
    tries = EACH // 5
    for number in range(tries):
        told, other = draw.sample(updates, 2)
        lied = dict(told)
        kind = draw.randrange(5)
        if kind == 0:
            lied[draw.choice(LEAVES)] = other[draw.choice(LEAVES)]
        elif kind == 1:
            lied["finalized_header"] = other["finalized_header"]
        elif kind == 2:
            header = dict(told["finalized_header"])
            part = draw.choice(("beacon", "execution"))
            member = draw.choice(sorted(header[part]))
            header[part] = header[part] | {
                member: other["finalized_header"][part][member]
                if draw.random() < 0.5
                else "0x" + noise(number).hex()
            }
            lied["finalized_header"] = header
        elif kind == 3:
            lied["attested_header"] = other["attested_header"]
        else:
            lied["sync_aggregate"] = other["sync_aggregate"]
        try:
            after, _ = advance(store, lied, 2 * 10**9)
        except PsephosError:
            continue
        assert after.finalized.root in honest
        assert (
            lied == told
            or after.finalized.root == advance(store, told, 2 * 10**9)[0].finalized.root
        )
    print(f"{tries} updates with one lie, none moved a header that was not signed")
