"""OpenZeppelin's AccessControl: who holds which role, that is, who can change the rules.

Source: OpenZeppelin contracts 5.7.0 `access/IAccessControl.sol`. A role is the Keccak-256 of its
name, DEFAULT_ADMIN_ROLE is zero. All columns are bound by the receipt.
"""

from psephos.chain.event import Column, EventType, Source

ROLE = Column("role", "bytes32", "word", indexed=True)
HOLDER = (
    ROLE,
    Column("account", "address", "address", indexed=True),
    Column("sender", "address", "address", indexed=True),
)

SOURCE = Source(
    "roles",
    "Roles of a contract",
    (
        EventType("RoleGranted", "role_granted", HOLDER),
        EventType("RoleRevoked", "role_revoked", HOLDER),
        EventType(
            "RoleAdminChanged",
            "role_admin_changed",
            (
                ROLE,
                Column("old_admin_role", "bytes32", "word", indexed=True),
                Column("new_admin_role", "bytes32", "word", indexed=True),
            ),
        ),
    ),
)
