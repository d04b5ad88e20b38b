"""Lives of a chain made of blocks that were made before: a seed costs what is done with it.

A `World` is a trunk and branches that leave it, made once. A `Life` walks from one path to
another while it is asked: it grows, goes over to a branch, and to another one. Beside faults of
single answers (`faulty`, `starknet_lies`) a life has a scene: something that holds for a while,
as a fabricated block, two blocks of one height, a node that lags, finality that is taken back.
A scene more is a line of `SCENES`.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Path:
    """Blocks from the first on. `fork` is the number of the last one shared with the trunk, and
    `key` a name that no other path has."""

    blocks: Sequence[Any]
    fork: int
    key: Any


@dataclass(slots=True)
class World:
    """A trunk and branches, all a little higher than `height`.

    `fabricate(chain, number)` makes another block of that height that recomputes to itself;
    `stranger` is a chain that shares no block with it.
    """

    chain: Any
    branches: list[Path]
    fabricate: Callable[[Any, int], Any]
    stranger: Any
    made: dict[Any, Any] = field(default_factory=dict)

    @property
    def height(self) -> int:
        return len(self.chain.blocks) - 1

    def fabricated(self, path: Path, number: int) -> Any:
        """A block that never was, made once."""
        if (path.key, number) not in self.made:
            chain = self.chain.copy()
            chain.blocks = list(path.blocks)
            self.made[path.key, number] = self.fabricate(chain, number)
        return self.made[path.key, number]


def world(
    chain: Any, fabricate: Any, stranger: Any, *, height: int, depths: Sequence[int], key: Any
) -> World:
    """A chain grown to a height, and a branch for each depth."""
    chain.grow(height - (len(chain.blocks) - 1))
    branches = []
    for i, depth in enumerate(depths):
        other = chain.copy()
        other.random = random.Random(f"{key} {i}")
        other.reorg(depth, longer=1 + i % 3)
        branches.append(Path(other.blocks, height - depth, (key, i)))
    return World(chain, branches, fabricate, stranger)


@dataclass(frozen=True, slots=True)
class Stage:
    """A path up to a height, and the newest final block there."""

    path: Path
    height: int
    final: int


class Life:
    """What a chain goes through while a node is asked, from a seed.

    The trunk, higher, a branch, higher, another branch: two reorganisations, both above what is
    final. `tick` is called before each question and moves on now and then; `finish` goes to the
    end. `done` counts what happened.
    """

    def __init__(self, world: World, seed: int, scene: "Scene | None" = None) -> None:
        self.world, self.scene = world, scene
        self.random = random.Random(seed)
        self.chain = world.chain.copy()
        self.done: Counter[str] = Counter()
        self.stages = self._stages()
        self.asked = 0
        self.moves = sorted(self.random.randrange(2, 80) for _ in self.stages[1:])
        self.begins = self.random.randrange(2, 40)
        self.ends = self.begins + self.random.randrange(4, 40)
        self._show()

    def _stages(self) -> list[Stage]:
        trunk = Path(self.world.chain.blocks, self.world.height, "trunk")
        one, other = self.random.sample(self.world.branches, 2)
        lowest = min(one.fork, other.fork)
        first = self.random.randrange(self.world.height // 2, self.world.height - 1)
        middle = self.random.randrange(one.fork + 1, len(one.blocks) - 1)
        early = self.random.randrange(min(lowest, first) + 1)
        return [
            Stage(trunk, first, early),
            Stage(trunk, self.world.height, early),
            Stage(one, middle, min(lowest, middle)),
            Stage(one, len(one.blocks) - 1, lowest),
            Stage(other, len(other.blocks) - 1, lowest),
        ]

    def tick(self, _: Any = None) -> None:
        """Before a question: perhaps the chain moves, perhaps the scene plays."""
        self.asked += 1
        while len(self.stages) > 1 and self.asked >= self.moves[-len(self.stages) + 1]:
            self.step()
        self.chain.blocks, self.chain.settled = self.now, self.stages[0].final
        if self.scene is not None and self.begins <= self.asked < self.ends:
            self.done[self.scene.name] += self.scene.play(self)

    def step(self) -> None:
        """To the next stage."""
        left = self.stages.pop(0)
        self.done["reorganisation"] += left.path is not self.stages[0].path
        self._show()

    def _show(self) -> None:
        stage = self.stages[0]
        self.now = list(stage.path.blocks[: stage.height + 1])
        self.chain.blocks, self.chain.settled = self.now, stage.final

    def finish(self) -> None:
        """To the end of the last stage, and no scene any more."""
        self.scene = None
        while len(self.stages) > 1:
            self.step()
        self._show()

    @property
    def path(self) -> Path:
        return self.stages[0].path


@dataclass(frozen=True, slots=True)
class Scene:
    """Something that holds for a while. `play` changes the chain for one question, and says
    whether there was anything to change; `ends` are the errors it may end a life with."""

    name: str
    play: Callable[[Life], bool]
    ends: tuple[str, ...] = ()


def fabricated(life: Life) -> bool:
    """One block is another that recomputes to itself; its neighbours are the true ones."""
    number = life.begins % (len(life.now) - 2) + 1 if life.ends % 2 else len(life.now) - 1
    number = max(number, life.stages[0].final + 1)
    if number >= len(life.now):
        return False
    life.chain.blocks = list(life.now)
    life.chain.blocks[number] = life.world.fabricated(life.path, number)
    return True


def two_of_one_height(life: Life) -> bool:
    """Two nodes behind one address, on two branches: any of them answers."""
    other = life.world.branches[life.begins % len(life.world.branches)]
    if life.random.random() < 0.5 or other.fork < life.stages[0].final:
        return False
    life.chain.blocks = list(other.blocks[: len(life.now)])
    return True


def lagging(life: Life) -> bool:
    """Two nodes behind one address, one some blocks behind the other."""
    if life.random.random() < 0.5:
        return False
    life.chain.blocks = life.now[: -life.random.randrange(1, 9)]
    life.chain.settled = min(life.stages[0].final, len(life.chain.blocks) - 1)
    return True


def behind(life: Life) -> bool:
    """The node fell back, and is where it was some time ago."""
    life.chain.blocks = life.now[: max(len(life.now) - 30, 2)]
    life.chain.settled = min(life.stages[0].final, len(life.chain.blocks) - 1)
    return True


def rolled_back(life: Life) -> bool:
    """Finality is taken back; the chain is the same."""
    life.chain.settled = life.stages[0].final // 2
    return True


def too_final(life: Life) -> bool:
    """A block is called final that will be abandoned."""
    life.chain.settled = len(life.now) - 1
    return len(life.stages) > 1


def other_chain(life: Life) -> bool:
    """Another chain answers for a while."""
    life.chain.blocks = list(life.world.stranger.blocks)
    life.chain.settled = min(life.stages[0].final, len(life.chain.blocks) - 1)
    return True


SCENES: tuple[Scene, ...] = (
    Scene("a fabricated block", fabricated, ("Contested",)),
    Scene("two blocks of one height", two_of_one_height, ("Contested",)),
    Scene("a lagging node", lagging),
    Scene("a node that fell back", behind),
    Scene("finality taken back", rolled_back),
    Scene("a reorganisation across finality", too_final, ("Contested", "LaggingNode")),
    Scene("another chain", other_chain, ("WrongChain", "Contested")),
)
