"""Which chain endpoints must be on: as declared, or as the first of them told.

Asked on every new connection, since another node may answer there: behind one name stand many.
"""

from collections.abc import Callable

from psephos.errors import WrongChain


class Identity:
    """Chain id and genesis block, None until declared or told. `name` writes a chain id."""

    def __init__(
        self, chain_id: int | None, genesis: bytes | None, name: Callable[[int], str] = str
    ) -> None:
        self.chain_id = chain_id
        self.genesis = genesis
        self._name = name

    def check_chain(self, told: int) -> int:
        """The chain id that an endpoint tells; WrongChain if it is another one than before."""
        if self.chain_id is not None and told != self.chain_id:
            raise WrongChain(
                f"is on chain {self._name(told)}, not on {self._name(self.chain_id)}",
                hint="correct `id` under [chain], or the address of this endpoint",
            )
        return told

    def hold(self, chain_id: int, genesis: bytes) -> tuple[int, bytes]:
        """Both as an endpoint tells them, from now on what every other must tell; WrongChain if
        one of them is another than before."""
        self.check_chain(chain_id)
        if self.genesis is not None and genesis != self.genesis:
            raise WrongChain(
                f"has another genesis block of chain {self._name(chain_id)}, 0x{genesis.hex()}",
                hint="correct `genesis` under [chain], or the address of this endpoint",
            )
        self.chain_id, self.genesis = chain_id, genesis
        return chain_id, genesis
