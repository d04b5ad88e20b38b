"""What an answer of `eth_getProof` or `starknet_getStorageProof` was asked, read from a document.

{"request": {"method", "params"}, "answer": …} | answer      answer: the result, or its envelope
eth_getProof              [address, [key…], block]
starknet_getStorageProof  [block_id, class_hashes, contract_addresses, contracts_storage_keys],
                          or an object of these names; a key list names its contract itself
"""

from collections.abc import Mapping
from typing import Any

from psephos.commit.fields import octets, quantity
from psephos.commit.starknet.felt import felt
from psephos.errors import CommandError, MalformedAnswer, VerificationFailed

KEYS = 1024
"""Most keys verified of one proof; nodes answer fewer."""

ETHEREUM, STARKNET = "ethereum", "starknet"
METHODS = {ETHEREUM: "eth_getProof", STARKNET: "starknet_getStorageProof"}


def parts(document: object) -> tuple[Mapping[str, Any] | None, Mapping[str, Any]]:
    """Request, if there is one, and answer without the envelope of JSON-RPC."""
    request: object = None
    answer = document
    if isinstance(document, Mapping) and "answer" in document:
        request, answer = document.get("request"), document["answer"]
        if not isinstance(request, Mapping):
            raise MalformedAnswer("a document with an answer needs its request, an object")
    if isinstance(answer, Mapping) and "result" in answer:
        answer = answer["result"]
    if not isinstance(answer, Mapping):
        raise MalformedAnswer(f"a proof is a JSON object, not {type(answer).__name__}")
    return (request if isinstance(request, Mapping) else None), answer


def chain_of(answer: Mapping[str, Any]) -> str:
    if "accountProof" in answer:
        return ETHEREUM
    if "contracts_proof" in answer:
        return STARKNET
    raise MalformedAnswer("neither an answer of eth_getProof nor of starknet_getStorageProof")


def requested(
    request: Mapping[str, Any], chain: str, contract: int | None, keys: tuple[int, ...]
) -> tuple[int, tuple[int, ...]]:
    """Contract and keys of a request; of what the caller names, that the request has it."""
    if request.get("method") != METHODS[chain]:
        raise VerificationFailed(f"the request is not one of {METHODS[chain]}")
    offered = _ethereum_request(request) if chain == ETHEREUM else _starknet_request(request)
    if contract is None:
        if len(offered) != 1:
            raise CommandError(
                f"the request asks about {len(offered)} contracts", hint="add --contract 0x…"
            )
        contract = next(iter(offered))
    if contract not in offered or not set(keys) <= set(offered[contract]):
        raise VerificationFailed("the request did not ask for this contract or key")
    found = keys or tuple(dict.fromkeys(offered[contract]))
    if len(found) > KEYS:
        raise MalformedAnswer(f"a request for {len(found)} keys; at most {KEYS} are verified")
    return contract, found


def _ethereum_request(request: Mapping[str, Any]) -> dict[int, list[int]]:
    params = request.get("params")
    if not isinstance(params, list) or len(params) < 2:
        raise MalformedAnswer("a request of eth_getProof has a list of address, keys and block")
    address = int.from_bytes(octets(params[0], "address", 20), "big")
    return {address: [quantity(key, "key") for key in many(params[1], "keys", KEYS)]}


def _starknet_request(request: Mapping[str, Any]) -> dict[int, list[int]]:
    params = request.get("params")
    if isinstance(params, list):
        names = ("block_id", "class_hashes", "contract_addresses", "contracts_storage_keys")
        params = dict(zip(names, params, strict=False))
    if not isinstance(params, Mapping):
        raise MalformedAnswer("a request of starknet_getStorageProof has params")
    contracts = many(params.get("contract_addresses") or [], "contract_addresses", KEYS)
    offered: dict[int, list[int]] = {felt(one): [] for one in contracts}
    stores = many(params.get("contracts_storage_keys") or [], "contracts_storage_keys", KEYS)
    for entry in stores:
        if not isinstance(entry, Mapping):
            raise MalformedAnswer("an entry of contracts_storage_keys is no object")
        slots = many(entry.get("storage_keys"), "storage_keys", KEYS)
        place = offered.setdefault(felt(entry.get("contract_address")), [])
        place.extend(felt(slot) for slot in slots)
    return offered


def many(told: object, name: str, limit: int) -> list[Any]:
    if not isinstance(told, list) or len(told) > limit:
        raise MalformedAnswer(f"{name} are no list of at most {limit}")
    return told
