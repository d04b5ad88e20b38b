"""Transactions of Starknet and their hashes, one formula a kind and version.

    h(…)       Pedersen of a list (versions 0 to 2)       H(…)   Poseidon of a list (version 3)
    INVOKE 0   h("invoke", 0, contract, selector, h(calldata), max fee, chain)
    INVOKE 1   h("invoke", 1, sender, 0, h(calldata), max fee, chain, nonce)
    DECLARE 0  h("declare", 0, sender, 0, h(), max fee, chain, class)
    DECLARE 1  h("declare", 1, sender, 0, h(class), max fee, chain, nonce)
    DECLARE 2  h("declare", 2, sender, 0, h(class), max fee, chain, nonce, compiled class)
    DEPLOY     h("deploy", version, address, "constructor", h(calldata), 0, chain)
    DEPLOY_ACCOUNT 1  h("deploy_account", 1, address, 0, h(class, salt, calldata…), max fee,
                        chain, nonce)
    L1_HANDLER h("l1_handler", 0, contract, selector, h(calldata), 0, chain, nonce)
    all of 3   H(kind, 3, sender, H(tip, bounds…), H(paymaster), chain, nonce, modes, own…)
               own of INVOKE: H(account deployment), H(calldata)[, H(proof facts) if any]
               own of DECLARE: H(account deployment), class, compiled class
               own of DEPLOY_ACCOUNT: H(calldata), class, salt
    bound      0 ‖ name (7 bytes) ‖ max amount (8) ‖ max price (16); L1_DATA only where told
    modes      2^32·(mode of the nonce) + mode of the fee; 0 is L1, 1 is L2
    address    h("STARKNET_CONTRACT_ADDRESS", 0, salt, class, h(calldata)) mod (2^251 - 256)

Before they carried their version some were shorter: see `old_formulas`. Signatures are in no
hash: the transaction commitment binds them. Source: starkware-libs/sequencer
`starknet_api/src/transaction_hash.rs`; SNIP-8; SNIP-36 for proof facts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from psephos.commit.starknet.felt import keccak_250, short_string
from psephos.commit.starknet.hashes import Hashes, Kind, Nested
from psephos.errors import UnknownFork

CONSTRUCTOR = keccak_250(b"constructor")
CONTRACT_ADDRESS = short_string("STARKNET_CONTRACT_ADDRESS")
ADDRESS_BOUND = 2**251 - 256
QUERY_VERSION = 2**128
"""Set in the version of a transaction that was only estimated, never executed."""
UNSIGNED = frozenset({"DEPLOY", "L1_HANDLER"})
INVOKE, DECLARE, DEPLOY = map(short_string, ("invoke", "declare", "deploy"))
DEPLOY_ACCOUNT, L1_HANDLER = short_string("deploy_account"), short_string("l1_handler")


@dataclass(frozen=True, slots=True)
class Bound:
    """The most that one resource may cost: units of gas, and fri a unit."""

    name: str
    amount: int
    price: int


@dataclass(frozen=True, slots=True)
class Transaction:
    """A transaction of any kind and version. `hash` is the one told.

    `sender` is the contract that acts or is made (None where the shape leaves out what can be
    computed), `calldata` also the constructor's; modes are 0 (L1) or 1 (L2).
    """

    kind: str
    version: int
    hash: int
    sender: int | None = None
    calldata: tuple[int, ...] = ()
    signature: tuple[int, ...] = ()
    nonce: int | None = None
    max_fee: int = 0
    selector: int = 0
    class_hash: int = 0
    compiled_class_hash: int = 0
    salt: int = 0
    tip: int = 0
    bounds: tuple[Bound, ...] = ()
    paymaster: tuple[int, ...] = ()
    account_deployment: tuple[int, ...] = ()
    nonce_mode: int = 0
    fee_mode: int = 0
    proof_facts: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """For people: INVOKE 3."""
        return f"{self.kind} {self.version}"


Formula = Callable[[Transaction, int], Nested]


def transaction_hashes(
    transactions: Sequence[Transaction],
    chain: int,
    hashes: Hashes,
    formulas: Mapping[tuple[str, int], Formula] | None = None,
) -> list[int]:
    """The hash of each transaction on the chain with that id (a felt, 'SN_MAIN').

    UnknownFork for a kind and version that has no formula in `formulas` (default: today's).
    """
    table = FORMULAS if formulas is None else formulas
    unknown = [tx.name for tx in transactions if (tx.kind, tx.version) not in table]
    if unknown:
        raise UnknownFork(f"no formula is known for the hash of a transaction {unknown[0]}")
    parts: dict[Kind, list[int]] = {"pedersen": [], "poseidon": []}
    for i, tx in enumerate(transactions):
        parts["poseidon" if tx.version == 3 else "pedersen"].append(i)
    placed = with_addresses(transactions, hashes)
    found = [0] * len(transactions)
    for kind, places in parts.items():
        some = [table[placed[i].kind, placed[i].version](placed[i], chain) for i in places]
        for i, value in zip(places, hashes.nested(kind, some) if some else [], strict=True):
            found[i] = value
    return found


def hashes_on(
    tx: Transaction,
    chains: Sequence[int],
    hashes: Hashes,
    formulas: Mapping[tuple[str, int], Formula],
) -> list[int]:
    """The hash of one hashable transaction on each of the chains; its lists are hashed once."""
    (placed,) = with_addresses([tx], hashes)
    formula = formulas[tx.kind, tx.version]
    kind: Kind = "poseidon" if tx.version == 3 else "pedersen"
    return hashes.nested(kind, [formula(placed, chain) for chain in chains])


def with_addresses(transactions: Sequence[Transaction], hashes: Hashes) -> list[Transaction]:
    """The same with the computed address of what a transaction deploys as its sender."""
    deploying = [i for i, tx in enumerate(transactions) if tx.kind in ("DEPLOY", "DEPLOY_ACCOUNT")]
    placed = list(transactions)
    for i, address in zip(
        deploying, addresses([transactions[i] for i in deploying], hashes), strict=True
    ):
        placed[i] = _moved(transactions[i], address)
    return placed


def addresses(deploying: Sequence[Transaction], hashes: Hashes) -> list[int]:
    """The address of the contract that each DEPLOY or DEPLOY_ACCOUNT makes."""
    if not deploying:
        return []
    named: list[Nested] = [
        (CONTRACT_ADDRESS, 0, tx.salt, tx.class_hash, tx.calldata) for tx in deploying
    ]
    return [value % ADDRESS_BOUND for value in hashes.nested("pedersen", named)]


def _moved(tx: Transaction, address: int) -> Transaction:
    return tx if tx.sender == address else replace(tx, sender=address)


def _invoke_0(tx: Transaction, chain: int) -> Nested:
    return (INVOKE, tx.version, _sender(tx), tx.selector, tx.calldata, tx.max_fee, chain)


def _invoke_1(tx: Transaction, chain: int) -> Nested:
    return (INVOKE, 1, _sender(tx), 0, tx.calldata, tx.max_fee, chain, _nonce(tx))


def _declare_0(tx: Transaction, chain: int) -> Nested:
    return (DECLARE, 0, _sender(tx), 0, (), tx.max_fee, chain, tx.class_hash)


def _declare_1(tx: Transaction, chain: int) -> Nested:
    return (DECLARE, 1, _sender(tx), 0, (tx.class_hash,), tx.max_fee, chain, _nonce(tx))


def _declare_2(tx: Transaction, chain: int) -> Nested:
    whole = (tx.class_hash,)
    head = (DECLARE, 2, _sender(tx), 0, whole, tx.max_fee, chain)
    return (*head, _nonce(tx), tx.compiled_class_hash)


def _deploy(tx: Transaction, chain: int) -> Nested:
    return (DEPLOY, tx.version, _sender(tx), CONSTRUCTOR, tx.calldata, 0, chain)


def _deploy_account_1(tx: Transaction, chain: int) -> Nested:
    made = (tx.class_hash, tx.salt, *tx.calldata)
    return (DEPLOY_ACCOUNT, 1, _sender(tx), 0, made, tx.max_fee, chain, _nonce(tx))


def _l1_handler(tx: Transaction, chain: int) -> Nested:
    head = (L1_HANDLER, tx.version, _sender(tx), tx.selector)
    return (*head, tx.calldata, 0, chain, _nonce(tx))


def _common_3(kind: int, tx: Transaction, chain: int) -> Nested:
    modes = (tx.nonce_mode << 32) | tx.fee_mode
    fee = (tx.tip, *map(_packed, tx.bounds))
    return (kind, 3, _sender(tx), fee, tx.paymaster, chain, _nonce(tx), modes)


def _invoke_3(tx: Transaction, chain: int) -> Nested:
    facts = (tx.proof_facts,) if tx.proof_facts else ()
    return (*_common_3(INVOKE, tx, chain), tx.account_deployment, tx.calldata, *facts)


def _declare_3(tx: Transaction, chain: int) -> Nested:
    own = (tx.account_deployment, tx.class_hash, tx.compiled_class_hash)
    return (*_common_3(DECLARE, tx, chain), *own)


def _deploy_account_3(tx: Transaction, chain: int) -> Nested:
    return (*_common_3(DEPLOY_ACCOUNT, tx, chain), tx.calldata, tx.class_hash, tx.salt)


def _packed(bound: Bound) -> int:
    name = int.from_bytes(bound.name.encode("ascii"), "big")
    return (name << 192) | (bound.amount << 128) | bound.price


def _sender(tx: Transaction) -> int:
    if tx.sender is None:
        raise UnknownFork(f"a transaction {tx.name} does not tell its sender")
    return tx.sender


def _nonce(tx: Transaction) -> int:
    if tx.nonce is None:
        raise UnknownFork(f"a transaction {tx.name} does not tell its nonce")
    return tx.nonce


FORMULAS: Mapping[tuple[str, int], Formula] = MappingProxyType(
    {
        ("INVOKE", 0): _invoke_0,
        ("INVOKE", 1): _invoke_1,
        ("INVOKE", 3): _invoke_3,
        ("DECLARE", 0): _declare_0,
        ("DECLARE", 1): _declare_1,
        ("DECLARE", 2): _declare_2,
        ("DECLARE", 3): _declare_3,
        ("DEPLOY", 0): _deploy,
        ("DEPLOY", 1): _deploy,
        ("DEPLOY_ACCOUNT", 1): _deploy_account_1,
        ("DEPLOY_ACCOUNT", 3): _deploy_account_3,
        ("L1_HANDLER", 0): _l1_handler,
    }
)


def _old_invoke(tx: Transaction, chain: int) -> Nested:
    return (INVOKE, _sender(tx), tx.selector, tx.calldata, chain)


def _old_deploy(tx: Transaction, chain: int) -> Nested:
    return (DEPLOY, _sender(tx), CONSTRUCTOR, tx.calldata, chain)


def _old_l1_handler(tx: Transaction, chain: int) -> Nested:
    return (L1_HANDLER, _sender(tx), tx.selector, tx.calldata, chain, _nonce(tx))


OLD_FORMULAS: tuple[Mapping[tuple[str, int], Formula], ...] = (
    MappingProxyType(
        {
            ("INVOKE", 0): _old_invoke,
            ("DEPLOY", 0): _old_deploy,
            ("L1_HANDLER", 0): _old_l1_handler,
        }
    ),
    MappingProxyType({("L1_HANDLER", 0): _old_invoke}),
)
"""Formulas of the first blocks, which bind neither version nor fee; tried in this order where
today's does not give the hash. The oldest L1 handlers were hashed like an INVOKE."""

_WITHOUT_NONCE = frozenset({_invoke_0, _declare_0, _deploy, _old_invoke, _old_deploy})


def hashable(tx: Transaction, formulas: Mapping[tuple[str, int], Formula]) -> bool:
    """Whether a formula is there for the transaction, and it tells what the formula takes."""
    formula = formulas.get((tx.kind, tx.version))
    return formula is not None and (tx.nonce is not None or formula in _WITHOUT_NONCE)
