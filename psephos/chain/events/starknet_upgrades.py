"""Upgrades of Starknet's contracts: classes announced, taken back, taken into use, made final.

Source: starknet-io/starkgate-contracts at 4594188, `cairo/replaceability_interface.cairo`; the same
events in starkware-libs/starkware-starknet-utils at 20151a7, which the staking contracts use;
OpenZeppelin contracts for Cairo, `upgrades` (`Upgraded`, at once and without announcement). An
implementation is added first and may replace the old one after the contract's upgrade delay.
`initializer` is the class of code that is run once with `initializer_data`: a list of none or one.
All columns are bound by the event commitment.
"""

from psephos.chain.event import FeltEvent, Source, member, pair

IMPLEMENTATION = (
    member("class_hash", "ClassHash"),
    *pair("initializer", "initializer_data", "Option<EICData>"),
    member("final", "bool"),
)

SOURCE = Source(
    "starknet_upgrades",
    "Upgrades of Starknet contracts",
    (
        FeltEvent("ImplementationAdded", "implementation_added", IMPLEMENTATION),
        FeltEvent("ImplementationRemoved", "implementation_removed", IMPLEMENTATION),
        FeltEvent("ImplementationReplaced", "implementation_replaced", IMPLEMENTATION),
        FeltEvent(
            "ImplementationFinalized",
            "implementation_finalized",
            (member("class_hash", "ClassHash"),),
        ),
        FeltEvent("Upgraded", "upgraded", (member("class_hash", "ClassHash"),)),
    ),
)
