"""Starknet's universal deployers: what was deployed, of which class, by whom.

The `deployer` is the account or contract that called; `origin_dependent` whether the address
depends on it (the ABI's `unique`, which is a word of SQL); `calldata` are the constructor's. A
contract that another one deploys by itself is told here by nobody. Cairo 0 names the members
`classHash` and, later, `unique` is `not_from_zero`: one layout, all in the data. The deployers of
OpenZeppelin's drafts that tell no `unique` are not read, nor that of its 0.14 to 0.20, which tells
the opposite (`from_zero`) in the same place.

Source: OpenZeppelin/cairo-contracts, `utils/presets/UniversalDeployer.cairo` of 0.6.1 and
`presets/src/universal_deployer.cairo` of 2.0.0; addresses: docs.starknet.io ("Universal Deployer
Contract"), docs.openzeppelin.com/contracts-cairo/udc.

Address on mainnet and sepolia: 0x041a78e741e5af2fec34b695679bc6891742439f7afb8484ecd7766661ad02bf,
and since 2025 0x02ceed65a4bd731034c01113685c831b01c15d7d432f71afb1cf1634b53a2125. All columns are
bound by the event commitment.
"""

from psephos.chain.event import FeltEvent, Source, member

SOURCE = Source(
    "starknet_deployer",
    "Starknet's universal deployers",
    (
        FeltEvent(
            "ContractDeployed",
            "contract_deployed",
            (
                member("deployed"),
                member("deployer"),
                member("origin_dependent", "bool"),
                member("class_hash", "ClassHash"),
                member("calldata", "Span<felt252>"),
                member("salt", "felt252"),
            ),
        ),
    ),
)
