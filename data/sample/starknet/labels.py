"""Writes the configuration of the sample's Starknet, and its declared labels."""

from collections.abc import Iterable

from data.sample.labels import NOTE, entity
from data.sample.starknet import cast
from data.sample.starknet.chain import Chain
from tests.simulated.starknet_scene import (
    ATTESTATION,
    CURVE,
    ETHER,
    FACTORY,
    SEQUENCER,
    SPACE,
    STAKING,
    SUPPLIER,
    TOKEN,
    VSTRK,
    WRAPPED,
)

HEAD = """\
# Written by data/sample/play.py, with the recording that it belongs to.
title = "Sample: Starknet in miniature"
{note}
[chain]
name = "starknet_sample"
kind = "starknet"
id = "{chain}"
genesis = "{genesis}"

[[chain.endpoint]]
url = "replay:starknet.xz"
label = "recording"

[[chain.checkpoint]]
block = {block}
hash = "{hash}"
source = "the recording of this sample: the last state update that is final on its L1"

[prove]
kinds = ["stake", "power", "balance", "vote"]

# What is final, the sample's own L1 says, which one process drives together with this chain.
[chain.l1]
contract = "{core}"
configuration = "psephos.toml"
"""

TOKENS = (
    ("strk", TOKEN, ("starknet_erc20",), 18, "STRK"),
    ("eth", ETHER, ("starknet_erc20",), 18, "ETH"),
    ("wbtc", WRAPPED, ("starknet_erc20",), 8, "WBTC"),
    ("vstrk", VSTRK, ("starknet_erc20", "starknet_votes", "starknet_lock"), 18, "vSTRK"),
)
OTHERS = (
    ("governance", (SPACE,), ("snapshot_x_space",), {"token": "vstrk"}),
    ("factory", (FACTORY,), ("snapshot_x_factory",), {}),
    ("staking", (STAKING,), ("starknet_staking", "starknet_roles", "starknet_upgrades"), {}),
    ("attestation", (ATTESTATION,), ("starknet_attestation",), {}),
    ("rewards", (SUPPLIER, CURVE), ("starknet_rewards",), {}),
    ("bridge", (cast.L2_BRIDGE,), ("starknet_bridge",), {"token": "strk"}),
    ("deployer", (cast.DEPLOYER,), ("starknet_deployer",), {}),
    ("fees", (cast.FORWARDER,), ("starknet_fees",), {}),
)


def configuration(chain: Chain, core: bytes, final: int) -> str:
    """starknet.toml of the sample; `final` is the last block that its L1 settled."""
    genesis, hash_ = (f"{chain.blocks[number].hash:#066x}" for number in (0, final))
    head = HEAD.format(
        note=NOTE, chain=cast.CHAIN, genesis=genesis, block=final, hash=hash_,
        core="0x" + core.hex(),
    )  # fmt: skip
    pools = sorted(set(chain.blocks[-1].books.pool.values()))
    parts = [dataset(n, (at,), s, {}, d, symbol) for n, at, s, d, symbol in TOKENS]
    parts += [dataset(*other) for other in OTHERS]
    parts += [dataset("pools", pools, ("starknet_pool",), {"staking": "staking"})]
    return "\n".join([head, *parts])


def dataset(
    name: str,
    contracts: Iterable[int],
    sources: Iterable[str],
    links: dict[str, str],
    decimals: int = 18,
    symbol: str = "STRK",
) -> str:
    listed = ", ".join(f'"{contract:#066x}"' for contract in contracts)
    read = ", ".join(f'"{source}"' for source in sources)
    told = "".join(f'{key} = "{value}"\n' for key, value in links.items())
    return (
        f'[[dataset]]\nname = "{name}"\nsources = [{read}]\ncontracts = [{listed}]\nfirst = 0\n'
        f'decimals = {decimals}\nsymbol = "{symbol}"\n'
        + (f"[dataset.links]\n{told}" if told else "")
    )


def entities() -> str:
    """data/entities/sample-starknet.toml: who is who, as far as the script knows."""
    id_ = int.from_bytes(cast.CHAIN.encode(), "big")
    head = (
        "# Written by data/sample/play.py. Labels of the sample's made-up people.\n"
        f'chain = {id_:#x}\ntitle = "Sample: Starknet in miniature"\ndate = 2026-07-11\n'
    )
    many = "holds for unknown many"
    parts = [
        one("Foundation", "foundation", cast.FOUNDATION),
        one("Sequencer's operator", "team", SEQUENCER, cast.TREASURY),
        one("Liquid staking", "pool", cast.LIQUID, remark=many),
        one("Privacy pool", "pool", cast.PRIVACY, remark=many),
        one("Staking contract", "contract", STAKING, remark=many),
        one("vSTRK", "contract", VSTRK, remark="keeps what is locked for votes"),
        one("Forwarder", "contract", cast.FORWARDER),
        one("Two validators of one house", "other", *cast.VALIDATORS[1:3]),
    ]
    for who, name, role in (
        (cast.VALIDATORS, "Validator", "other"),
        (cast.DELEGATES, "Delegate", "delegate"),
        (cast.BUILDERS, "Builder", "other"),
        (cast.RELAYERS, "Relayer", "other"),
    ):
        shown = [(i, account) for i, account in enumerate(who, 1)]
        if name == "Validator":
            shown = [pair for pair in shown if pair[0] not in (2, 3)]
        parts += [one(f"{name} {i}", role, account) for i, account in shown]
    return "\n".join([head, *parts])


def one(name: str, role: str, *addresses: int, remark: str = "") -> str:
    """An entity of addresses of 32 bytes."""
    return entity(name, role, [address.to_bytes(32, "big") for address in addresses], remark)
