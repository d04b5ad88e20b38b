"""OpenZeppelin's AccessManager: roles by number, who holds them, what they may call and when.

Source: OpenZeppelin contracts 5.7.0, `access/manager/IAccessManager.sol` and `IAccessManaged.sol`
(`authority_updated`: what a managed contract tells). Delays and times are seconds. A selector of
four bytes stands at the head of its word. All columns are bound by the receipt.
"""

from psephos.chain.event import Column, EventType, Source

ROLE = Column("role_id", "uint64", "uint", indexed=True)
ACCOUNT, TARGET = (
    Column(name, "address", "address", indexed=True) for name in ("account", "target")
)
DELAY, SINCE = Column("delay", "uint32", "uint"), Column("since", "uint48", "uint")
OPERATION = (
    Column("operation_id", "bytes32", "word", indexed=True),
    Column("nonce", "uint32", "uint", indexed=True),
)

OPERATIONS = (
    EventType(
        "OperationScheduled",
        "operation_scheduled",
        (
            *OPERATION,
            Column("schedule", "uint48", "uint"),
            Column("caller", "address", "address"),
            Column("call_target", "address", "address"),
            Column("call_data", "bytes", "bytes"),
        ),
    ),
    EventType("OperationExecuted", "operation_executed", OPERATION),
    EventType("OperationCanceled", "operation_canceled", OPERATION),
)
ROLES = (
    EventType("RoleLabel", "role_label", (ROLE, Column("label", "string", "text"))),
    EventType(
        "RoleGranted",
        "managed_role_granted",
        (ROLE, ACCOUNT, DELAY, SINCE, Column("new_member", "bool", "bool")),
    ),
    EventType("RoleRevoked", "managed_role_revoked", (ROLE, ACCOUNT)),
    EventType(
        "RoleAdminChanged",
        "managed_role_admin_changed",
        (ROLE, Column("admin", "uint64", "uint", indexed=True)),
    ),
    EventType(
        "RoleGuardianChanged",
        "role_guardian_changed",
        (ROLE, Column("guardian", "uint64", "uint", indexed=True)),
    ),
    EventType("RoleGrantDelayChanged", "role_grant_delay_changed", (ROLE, DELAY, SINCE)),
)
TARGETS = (
    EventType("TargetClosed", "target_closed", (TARGET, Column("closed", "bool", "bool"))),
    EventType(
        "TargetFunctionRoleUpdated",
        "target_function_role_updated",
        (TARGET, Column("selector", "bytes4", "word"), ROLE),
    ),
    EventType("TargetAdminDelayUpdated", "target_admin_delay_updated", (TARGET, DELAY, SINCE)),
    EventType(
        "AuthorityUpdated", "authority_updated", (Column("authority", "address", "address"),)
    ),
)

SOURCE = Source("access_manager", "OpenZeppelin AccessManager", (*OPERATIONS, *ROLES, *TARGETS))
