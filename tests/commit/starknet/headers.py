"""Headers of real blocks, one a version since 0.13.2: facts of public chains.

Sources: mainnet 700000 starkware-libs/sequencer@60161ba; sepolia 469719 NethermindEth/juno
(`clients/feeder/testdata`); sepolia-integration 35748 and 63881 eqlabs/pathfinder@afd4b22;
mainnet 2238855 dojoengine/katana (`gateway-client/tests/fixtures`); sepolia 3100000
NethermindEth/starknet.go@15cbbdd; sepolia-integration 1041730 starkware-libs/sequencer
(`apollo_starknet_client/resources/reader/block_post_0_14_2.json`, which writes another version
over the one that was hashed).
"""

from typing import Any

SEQUENCER = "0x1176a1bd84444c89232ec27754698e5d2e7e1a7f1539f12027f28b23ec9f3d8"


def _header(*fields: Any) -> dict[str, Any]:
    """A header as a node of 0.10 tells it."""
    version, number, own, parent, root, timestamp, prices, commitments, counts = fields
    names = ("l1_gas_price", "l1_data_gas_price", "l2_gas_price")
    told = ("transaction", "event", "receipt", "state_diff")
    return {
        "status": "ACCEPTED_ON_L1",
        "starknet_version": version,
        "block_number": number,
        "block_hash": own,
        "parent_hash": parent,
        "new_root": root,
        "timestamp": timestamp,
        "sequencer_address": SEQUENCER,
        "l1_da_mode": "BLOB",
        **{
            name: {"price_in_wei": wei, "price_in_fri": fri}
            for name, (wei, fri) in zip(names, prices, strict=True)
        },
        **{f"{name}_commitment": value for name, value in zip(told, commitments, strict=True)},
        "transaction_count": counts[0],
        "event_count": counts[1],
        "state_diff_length": counts[2],
    }


REAL: tuple[dict[str, Any], ...] = (
    _header(
        "0.13.2",
        35748,
        "0x1ea2a9cfa3df5297d58c0a04d09d276bc68d40fe64701305bbe2ed8f417e869",
        "0x77140bef51bbb4d1932f17cc5081825ff18465a1df4440ca0429a4fa80f1dc5",
        "0x38e01cbe2d5721780b2e1a478fd131f2ffcc099528dd2e1289f26b027127790",
        1720426817,
        (("0x7427e87c4", "0x9346cee0949c"), ("0x3b095dc6", "0x4ada914d823"), ("0x1", "0x1")),
        (
            "0x54f43cf29b80cc83aef36f3195b73cb165ad12553eae147b4cce62adbf0b180",
            "0x12dfbe9dbbaba9c34b5a4c0ba622dcd8e2bb0264481c77f073008b59825a758",
            "0x6f12628d21a8df7f158b631d801fc0dd20034b9e22eca255bddc0c1c1bc283f",
            "0x23587c54d590b57b8e25acbf1e1a422eb4cd104e95ee4a681021a6bb7456afa",
        ),
        (2, 2, 6),
    ),
    _header(
        "0.13.2.1",
        700000,
        "0x29851b3a78e95b3c9469ea53c0ca902f4df92be129f1929fdb4dde0eb0cda4c",
        "0x7f1f233dee2c50193842d0f6af87695d7d8b26292d0e70e349df4d71b2f9398",
        "0x2c82376b7e0d7cddec192d51198bb74b96ee5aaf94268cbc15ae7551adf502",
        1725724084,
        (("0xa5883d4c", "0xd28710bbc88"), ("0x1", "0x1459"), ("0x1", "0x1")),
        (
            "0xf3d30cd56a98456371414ba479ff4bf066dd96104583ff27c218805aa1170",
            "0x4a70040dd6cabd1dc4d4fc281b684874da313f7cee585e0ea3a3a80e41f9886",
            "0x73abbd6d1c05efebc18c6e4f617f30f84292cf2708a65fbe8d46758408a100b",
            "0x4f476534289cfa3180491d4fa09e1c17178f0cfb18fbbdd56c53d920b04cf73",
        ),
        (10, 111, 106),
    ),
    _header(
        "0.13.3",
        469719,
        "0x4508238b9af18a7170fe26fc7b0bef20624ef3a4afc63a2ed545e84fc3b90a7",
        "0x62ecce229bfe7516d39a5551955292762bf50343f2daaf43faadd02fc1346bf",
        "0x37c043fc8572f38f9c259e32584974fb3bf950d103b1a4306ac43b178300d2c",
        1737554929,
        (("0x2f9ccfebb", "0x638f8f7a6467"), ("0x1e2e13e", "0x3f1bb4cecc"), ("0x1", "0x1")),
        (
            "0xaa8cd238d6830d246b4c09aa59882126e2807e832d5b8c80df8eb8e54cae96",
            "0x73c35cbae23aeafd8f3fc07eec93a63e33f0b825d0b21e804012cff63ba244e",
            "0x77f04bc51fe92eaa5fb77a793e959e6300935f686f28adf9255851e72460f7e",
            "0x5e6fc7d748c012897e6c78931d24864333d01872f8ec7bbe8f99cf8e7f0d67b",
        ),
        (3, 6, 11),
    ),
    _header(
        "0.13.4",
        63881,
        "0x48f57e58c80fc24eaecbfba53f4eec3f718f6887a299de2aca61abc7ffb5cae",
        "0x7683143ddc8fde8ed1c476e1f4fc4bba7811ff83f1508e357509571d3c7890a",
        "0x50393f169e67a317046e5a562babe94b7cc2a2db6b78bfb73660e591b0ef97e",
        1736162406,
        (("0x56d6f39fb", "0x9526a4d1868a"), ("0x2a0e2", "0x483b3745"), ("0x1", "0x1")),
        (
            "0x6d3f4ee519ea39296095c94301efeea7b0a3523b2f6bf4b65e75d76518da1ff",
            "0x7e0d0c80f5c9e0fbfc170da90566279032c5ed119b951e93de915584aa87d92",
            "0x2303bcbccc544ebc1f7a53d032bb32ebb9d253d377c8c2cd6072ff89f40913c",
            "0x525dbf61fd2e1afa091ff90e5cbfe77543e2ef5cc4c00c4df7efef5c5f4ac1f",
        ),
        (4, 4, 15),
    ),
    _header(
        "0.14.0",
        2238855,
        "0x685afa915ebb3e5ba71ed2f99daf354c77251f66088807ad13cf21f5c1a0f34",
        "0x4cd2870144f57a0352719ad49f738ef7a8213d4d6fdc069671d25bcc3e35847",
        "0x46f299d5e62fca6110bc0801d3f8f6f60f3808652f5b6a924e122ce9f6ef040",
        1758081973,
        (("0x44469684", "0x22e22ad2d87c"), ("0x1", "0x82cb"), ("0x15dfb", "0xb2d05e00")),
        (
            "0x7f0fa3a6e65a3dbab7bded73e7f25fd6c9102bcba71cc5d4cc9bf962d9eac8",
            "0x58f8c0d88ad6f863189c7282618b1accc72566502a5a16a8a38e84f719e8513",
            "0x4e7ad6fddf2dcea973df76816f84bf48d4bd3f420f937e6e615e939163e0153",
            "0x6ebbd6b11f5e6da4efa9f28fee99c21750892676d577e387f2766b25de5de2f",
        ),
        (20, 133, 118),
    ),
    _header(
        "0.14.1",
        3100000,
        "0x1640b846e71502526539c32c8420cd7cb0f28d83ece2e6e71aeaf7c97960bb2",
        "0x689d583286182cd8e58e850ec0804e05f395dccae8edf627de787ff3f211aaa",
        "0x1fa4b70953c305f21fca73a06d87287612fe65dd4e5990e52843202f7edba86",
        1763887048,
        (("0x3b9aca09", "0x1416432dfc4d"), ("0x1", "0x5645"), ("0x21299", "0xb2d05e00")),
        (
            "0x68bb56c1d0ffe9e271d0e342070a14900ef1b58eca0d8db4cd942c48c32211b",
            "0x5dc7b3f65c7aa495a86c18f60c9edce67fb8283076c0272a1219d85985c0ba7",
            "0x6453aacffaa3ba6fd25faa9379e3dd8862f89a7b571acde90ab90689aa418b9",
            "0x8dd9765ffec2e9133dca513bb2bf0f9e995470cff144b54cb342afb94ed90",
        ),
        (3, 3, 5),
    ),
    _header(
        "0.14.2",
        1041730,
        "0x74783cfa65e14b85f5ad21311aaa4a5b82ba4972a86a110a3067892f6e8ebbb",
        "0x6e906961988615175bfbbbee51e878301d1321aced176125ceb7b2681b6aaed",
        "0x528cf80c68dc2ad6dcd7465b8f21c45bcd5331f111cfdf99f5441510a762332",
        1771929403,
        (("0x3b9aca00", "0xe8d4a51000"), ("0x1", "0x3e8"), ("0x7a1200", "0x1dcd65000")),
        (
            "0x68d26a9cf25af1d4112175204b2a47493bd0080a88d44bc677123da0c17ae7a",
            "0x24cfbd017be3098e241b6f26ced9049b6e6a93e513246a0eba39d4129cf7b37",
            "0x32838b2f9e2da822df6aa2ac61a63299dfd6ed0e4060bd67b903882b29e1aa8",
            "0x1629d7b8352414ae341e3708145801b562de124910bcfd21acff401a7929b4b",
        ),
        (13, 13, 14),
    ),
)
