"""Attestations of Starknet's validators: who was there in an epoch, and how long that may take.

Source: starkware-libs/starknet-staking, `attestation/interface.cairo` at 06d2fffb (V2), 5c11a568
(BTC) and 7a7add26 (V3), equal in all. A window is a number of blocks.

Address: mainnet 0x10398fe631af9ab2311840432d507bf7ef4b959ae967f1507928f5afe888a99, sepolia
0x3f32e152b9637c31bfcf73e434f78591067a01ba070505ff6ee195642c9acfb. All columns are bound by the
event commitment.
"""

from psephos.chain.event import FeltEvent, Source, member

SOURCE = Source(
    "starknet_attestation",
    "Attestations of Starknet's validators",
    (
        FeltEvent(
            "StakerAttestationSuccessful",
            "staker_attestation",
            (member("staker", key=True), member("epoch", "u64")),
        ),
        FeltEvent(
            "AttestationWindowChanged",
            "attestation_window_changed",
            (member("old_window", "u16"), member("new_window", "u16")),
        ),
    ),
)
