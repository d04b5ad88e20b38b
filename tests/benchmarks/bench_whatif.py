"""What-ifs of 10⁵ holders, of values that nobody asked before.

    python -m tests.benchmarks.bench_whatif [HOLDERS]

prints one JSON line: by change, CPU milliseconds of measures and votes together, the middle and the
longest of nine values; `first` is the first time, after power and delegations were read. Of the
holders a thousand are delegates and every other one delegates to one of them; twelve votes, each
with its own power and delegations, in each of which 600 took part.
"""

import json
import sys
from fractions import Fraction
from statistics import median
from time import process_time
from types import SimpleNamespace
from typing import Any

import numpy as np

from analytics import Amounts
from analytics.delegation import Delegations, one_level
from dashboards.supposing import SHOWN
from psephos.results import supposed
from psephos.results.basis import Base, Change, Counted, Vote
from psephos.results.control.bodies import Electorate
from psephos.results.control.rule_files import system
from psephos.results.whatif import compared_on, outcomes_on

DELEGATES, VOTES, VOTERS = 1_000, 12, 600


def counted(holders: int, seed: int) -> Counted:
    """Holdings with a heavy tail and 18 decimals, half of them given to few delegates."""
    random = np.random.default_rng(seed)
    names = [n.to_bytes(20, "big") for n in range(1, holders + 1)]
    amounts = (random.pareto(1.1, holders) * 10**6 + 1).astype(np.int64)
    held = {who: int(amount) * 10**15 for who, amount in zip(names, amounts, strict=True)}
    few = min(DELEGATES, holders)
    to = {names[n]: names[n if n < few else (n * n) % few] for n in range(0, holders, 2)}
    graph = Delegations(held, to)
    power = dict(sorted(one_level(graph).items(), key=lambda row: (-row[1], row[0])))
    return Counted(None, "dao", seed, power, [graph])  # type: ignore[arg-type]


def made(holders: int) -> Base:
    """What changes are tried on."""
    votes = []
    for seed in range(1, VOTES + 1):
        there = counted(holders, seed)
        whole = sum(there.power.values())
        sides = ("for", "against", "abstain")
        cast = tuple((who, sides[n % 3], amount) for n, (who, amount) in
                     enumerate(list(there.power.items())[:VOTERS]))  # fmt: skip
        proposal: Any = SimpleNamespace(
            at_snapshot=SimpleNamespace(supply=whole), quorum=whole // 25
        )
        votes.append(Vote(proposal, cast, there))
    now = counted(holders, 0)
    body = next(one for one in system("openzeppelin").bodies if one.kind == "tokens")
    whole = sum(now.power.values())
    weights = Amounts(now.power.values())
    one = Electorate(body, None, (), weights, whole, whole // 25, None, 10**18)
    return Base(one, now, tuple(votes))


def changes(of: Base, n: int) -> dict[str, Change]:
    """The nth value of each change that has values, and those that have none."""
    share, said = Fraction(30 + n, 1000), f"{3 + n / 10} %"
    who = frozenset(list(of.counted.power)[n : n + 5])
    return {
        "cap": supposed.capped(share, said),
        "delegate_cap": supposed.delegate_capped(share, said),
        "without": supposed.without("0x", who),
        "redelegate": supposed.redelegated("0x", who),
        "square_root": supposed.rooted(),
        "quadratic": supposed.quadratically(),
    }


def main(holders: int) -> dict[str, Any]:
    of = made(holders)
    spent: dict[str, list[float]] = {}
    for n in range(10):
        for name, change in changes(of, n).items():
            start = process_time()
            compared_on(of, change, SHOWN, indices=False)
            outcomes_on(of, change)
            spent.setdefault(name, []).append(1000 * (process_time() - start))
    found = {
        name: {
            "first": round(each[0]),
            "p50": round(median(each[1:])),
            "most": round(max(each[1:])),
        }
        for name, each in spent.items()
    }  # fmt: skip
    return {"benchmark": "whatif", "holders": holders, "votes": VOTES, "cpu_ms": found}


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)))
