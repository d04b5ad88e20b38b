"""Snapshot X's factory: which space was deployed, of which class.

Source: snapshot-labs/sx-starknet at af131eb2, `factory/factory.cairo`.

Address: mainnet 0x250e28c97e729842190c3672f9fcf8db0fc78b8080e87a894831dc69e4f4439, sepolia
0x302d332e9aceb184e5f301cb62c85181e7fc3b30559935c5736e987de579f6e. All columns are bound by the
event commitment.
"""

from psephos.chain.event import FeltEvent, Source, member

SOURCE = Source(
    "snapshot_x_factory",
    "Snapshot X: factory",
    (
        FeltEvent(
            "NewContractDeployed",
            "space_deployed",
            (member("class_hash", "ClassHash"), member("space")),
        ),
    ),
)
