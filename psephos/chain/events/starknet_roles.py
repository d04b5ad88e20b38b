"""Roles of a Starknet contract: who can change the rules of staking, tokens and bridges.

Source: starknet-io/starkgate-contracts at 4594188, `cairo/access_control_interface.cairo`;
OpenZeppelin contracts for Cairo, `access/accesscontrol`: the same members, none a key. A role is
the low 250 bits of the Keccak-256 of its name. StarkWare's contracts tell each grant a second time
by an event of the role's own name (`UpgradeGovernorAdded` and its like), which is not read.

All columns are bound by the event commitment.
"""

from psephos.chain.event import FeltEvent, Source, member

ROLE = member("role", "felt252")
HOLDER = (ROLE, member("account"), member("sender"))

SOURCE = Source(
    "starknet_roles",
    "Roles of a Starknet contract",
    (
        FeltEvent("RoleGranted", "role_granted", HOLDER),
        FeltEvent("RoleRevoked", "role_revoked", HOLDER),
        FeltEvent(
            "RoleAdminChanged",
            "role_admin_changed",
            (ROLE, member("old_admin_role", "felt252"), member("new_admin_role", "felt252")),
        ),
    ),
)
