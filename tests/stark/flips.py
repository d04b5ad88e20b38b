"""Damaged proofs: what each does to a verifier, counted by cause."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from random import Random

from psephos.stark.verify import CAUSES, Refused
from psephos.stark.verify.field import P


def causes(check: Callable[[bytes], object], proofs: Iterable[bytes]) -> Counter[str]:
    """How often each cause refused. Whatever else is raised, or an acceptance, ends it."""
    found: Counter[str] = Counter()
    for data in proofs:
        try:
            check(data)
        except Refused as refused:
            found[refused.cause] += 1
        else:
            raise AssertionError("a damaged proof was accepted")
    assert found.keys() <= CAUSES.keys()
    return found


def flipped(data: bytes, places: Iterable[int]) -> Iterator[bytes]:
    """The proof with one byte changed, at each place to another value than it had."""
    random = Random(1)
    for at in places:
        yield data[:at] + bytes((data[at] ^ random.randrange(1, 256),)) + data[at + 1 :]


def damaged(data: bytes, seed: int, count: int) -> Iterator[bytes]:
    """Proofs with a few damages each: bytes set, parts cut, doubled, exchanged, numbers of p."""
    random = Random(seed)
    told = 0
    while told < count:
        bent = bytearray(data)
        for _ in range(random.choice((1, 1, 1, 2, 5))):
            _damage(bent, random)
        if bytes(bent) != data:
            told += 1
            yield bytes(bent)


def _damage(data: bytearray, random: Random) -> None:
    if not data:
        data += random.randbytes(3)
    at = (
        random.randrange(len(data))
        if random.random() < 0.7
        else random.randrange(min(len(data), 300))
    )
    size = random.choice((1, 2, 8, 28, 32, 500))
    match random.randrange(8):
        case 0:
            data[at] = random.randrange(256)
        case 1:
            data[at] ^= 1 << random.randrange(8)
        case 2:
            del data[at : at + size]
        case 3:
            data[at:at] = data[at : at + size]
        case 4:
            number = random.choice((0, 1, P, P - 1, P + 1, 2**64 - 1, random.getrandbits(64)))
            data[at : at + 8] = number.to_bytes(8, "little")
        case 5:
            other = random.randrange(len(data))
            data[at : at + size], data[other : other + size] = (
                data[other : other + size],
                data[at : at + size],
            )
        case 6:
            del data[at:]
        case _:
            data[at:at] = random.randbytes(size)
