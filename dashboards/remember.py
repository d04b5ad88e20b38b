"""A memory of the last answers asked for, shared by the threads of a process."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Memory(Generic[Made]):
    """The `size` answers asked for last. One thread at a time makes a new one.

    Many readers ask for the same page at once when a link is shared: the first makes it, the
    others wait for it instead of making it again beside each other. Of bytes, no more than `most`
    are kept together: who asks for the largest answers there are must not fill the memory with
    them.
    """

    def __init__(self, size: int, most: int | None = None) -> None:
        self.size, self.most = size, most
        self._bytes = 0
        self._found: OrderedDict[Hashable, Made] = OrderedDict()
        self._guard = threading.Lock()
        self._making = threading.Lock()

    def of(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """The answer for a key, made if it is not known. What `make` raises is not remembered."""
        if (found := self.get(key)) is not None:
            return found
        with self._making:
            if (found := self.get(key)) is None:
                found = make()
                self.set(key, found)
            return found

    def get(self, key: Hashable) -> Made | None:
        with self._guard:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def set(self, key: Hashable, made: Made) -> None:
        with self._guard:
            self._bytes += weight(made) - weight(self._found.pop(key, None))
            self._found[key] = made
            while len(self._found) > self.size or self._bytes > (self.most or self._bytes):
                _, gone = self._found.popitem(last=False)
                self._bytes -= weight(gone)


def weight(made: object) -> int:
    """How many bytes an answer has; 0 of one that is not of bytes."""
    return len(made) if isinstance(made, bytes) else 0
