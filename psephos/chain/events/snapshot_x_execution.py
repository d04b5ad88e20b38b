"""Snapshot X's timelock: what a space decided and queued, executed or had vetoed.

Source: snapshot-labs/sx-starknet at af131eb2, `execution_strategies/timelock.cairo` and
`utils/space_manager.cairo`. A payload is named by the hash that its proposal has
(`proposal_created.execution_payload_hash`). A veto guardian may stop it until `execution_time`
(seconds). A quorum is a parameter: a word.

The strategies that Starknet's own space uses, NoExecutionSimpleMajority and EthRelayer, emit no
event: what was decided there is executed by others. All columns are bound by the event commitment.
"""

from psephos.chain.event import FeltEvent, Source, member

PAYLOAD = (member("execution_payload_hash", "felt252"),)
TIME = member("execution_time", "u32")
CALL = (
    member("target"),
    member("entrypoint", "felt252"),
    member("calldata", "Span<felt252>"),
    member("salt", "felt252"),
)

SOURCE = Source(
    "snapshot_x_execution",
    "Snapshot X: timelock",
    (
        FeltEvent(
            "TimelockExecutionStrategySetUp",
            "execution_set_up",
            (
                member("owner"),
                member("veto_guardian"),
                member("timelock_delay", "u32"),
                member("quorum", "u256", "word"),
            ),
        ),
        FeltEvent("TimelockDelaySet", "timelock_delay_set", (member("timelock_delay", "u32"),)),
        FeltEvent("VetoGuardianSet", "veto_guardian_set", (member("veto_guardian"),)),
        FeltEvent("ProposalQueued", "payload_queued", (*PAYLOAD, TIME)),
        FeltEvent("ProposalExecuted", "payload_executed", PAYLOAD),
        FeltEvent("ProposalVetoed", "payload_vetoed", PAYLOAD),
        FeltEvent("SpaceEnabled", "space_enabled", (member("space"),)),
        FeltEvent("SpaceDisabled", "space_disabled", (member("space"),)),
        FeltEvent("CallQueued", "call_queued", (*CALL, TIME)),
        FeltEvent("CallExecuted", "call_executed", CALL),
    ),
)
