"""`psephos release`: publish sealed batches, the tail, positions and figures for readers.

Of a chain that is configured with its L1, one release of each.
"""

import sys
from typing import Annotated

import typer

from psephos.commands.console import Answer, Config, Json
from psephos.commands.house import kept
from psephos.commands.sync_told import plain
from psephos.commands.trust import trusting
from psephos.configuration import load


def run(
    keep: Annotated[int, typer.Option(min=1, help="How many releases to keep.")] = 8,
    config: Config = None,
    json: Json = False,
) -> Answer:
    """Publish what is sealed, by one rename; what it proves costs is told before. No node asked."""
    from psephos.publish.release import release

    reports, warnings = [], list[str]()
    for configured in load(config).houses:
        house, warned = trusting(configured)
        warnings += warned
        with kept(house) as (index, ledger):
            reports.append(release(index, ledger, house.releases, house, keep=keep, say=price))
    *below, own = map(plain, reports)
    text = "\n".join([*map(str, reports), *(f"warning: {one}" for one in warnings)])
    return Answer({**own, "l1": below[0] if below else None, "warnings": warnings}, text)


def price(told: object) -> None:
    """Tell what is about to be proven, and what it costs, beside the answer."""
    print(told, file=sys.stderr)
