"""Writes the sample's configuration and its declared labels: addresses follow from the script."""

from collections.abc import Iterable

from data.sample.allocation import FINAL, FOUNDATION
from data.sample.stage import Stage

SOURCE = "declared by the sample's own script, data/sample/labels.py"
NOTE = 'note = "A sample: a made-up chain played on a local node. Nobody here is real."\n'

DATASETS = """\
[[dataset]]
name = "strk"
sources = ["erc20", "votes"]
contracts = ["{token}"]
first = 1
decimals = 18
symbol = "STRK"

[[dataset]]
name = "grants"
sources = ["grant"]
contracts = ["{vault}"]
first = 4
decimals = 18
symbol = "STRK"
[dataset.links]
token = "strk"

[[dataset]]
name = "governor"
sources = ["governor"]
contracts = ["{house}"]
first = 3
decimals = 18
symbol = "STRK"
[dataset.links]
token = "strk"
timelock = "timelock"
council = "council"

[[dataset]]
name = "timelock"
sources = ["timelock", "roles"]
contracts = ["{timelock}"]
first = 2

[[dataset]]
name = "council"
sources = ["safe"]
contracts = ["{council}"]
first = 7

[[dataset]]
name = "core"
sources = ["starknet_core"]
contracts = ["{core}"]
first = 940

[[dataset]]
name = "exchange"
sources = ["starkex"]
contracts = ["{exchange}"]
first = 40

[[dataset]]
name = "fees"
sources = ["fees"]
contracts = ["{token}", "{vault}", "{house}", "{timelock}", "{council}"]
first = 0
decimals = 18
symbol = "ETH"
"""


def configuration(stage: Stage) -> str:
    """psephos.toml of the sample."""
    addresses = {name: f"0x{c.address.hex()}" for name, c in stage.contracts.items()}
    genesis, final = (stage.anvil.block(n)["hash"] for n in (0, FINAL))
    return (
        "# Written by data/sample/play.py, with the recording that it belongs to.\n"
        'title = "Sample: STRK on L1 in miniature"\n' + NOTE + "\n[chain]\n"
        'name = "sample"\n'
        "id = 31337\n"
        f'genesis = "{genesis}"\n'
        "start = 0\n"
        '\n[[chain.endpoint]]\nurl = "replay:answers.xz"\nlabel = "recording"\n'
        f'\n[[chain.checkpoint]]\nblock = {FINAL}\nhash = "{final}"\n'
        'source = "the recording of this sample"\n'
        '\n[prove]\nkinds = ["power", "balance", "vote"]\n'
        "\n" + DATASETS.format_map(addresses)
    )


def entities(stage: Stage) -> str:
    """data/entities/sample.toml: who is who, as far as the script knows."""
    cast = stage.cast
    purposes = ", ".join(FOUNDATION)
    parts = [
        "# Written by data/sample/play.py. Labels of the sample's made-up people.\n"
        'chain = 31337\ntitle = "Sample: STRK on L1 in miniature"\ndate = 2026-06-01\n',
        entity(
            "Foundation",
            "foundation",
            [*cast["foundation"], *cast["seat"], *cast["pool"]],
            f"{purposes}; four accounts that delegate to the council, 24 that delegate to a pool",
        ),
        entity("Builders' council", "council", [stage.council.address], "a multisig"),
        entity("Company", "team", cast["company"], "its own share, not locked"),
        entity("House's own account", "treasury", [stage.timelock.address], "the timelock"),
        entity("Exchange", "exchange", cast["exchange"], "holds for unknown many"),
    ]
    for group, role in (("investor", "investor"), ("contributor", "team")):
        for number, who in enumerate(cast[group], 1):
            name = f"{group.capitalize()} {number}"
            parts.append(entity(name, role, [who, stage.escrows[who]], "account and escrow"))
    for number, who in enumerate(cast["delegate"], 1):
        parts.append(entity(f"Delegate {number}", "delegate", [who]))
    return "\n".join(parts)


def entity(name: str, role: str, addresses: Iterable[bytes], remark: str = "") -> str:
    listed = "".join(f'    "0x{a.hex()}",\n' for a in addresses)
    source = f"{SOURCE} ({remark})" if remark else SOURCE
    return (
        f'[[entity]]\nname = "{name}"\nrole = "{role}"\nsource = "{source}"\n'
        f"addresses = [\n{listed}]\n"
    )
