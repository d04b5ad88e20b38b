"""Every worked value of docs/method/starknet-hashes.md is recomputed from the page's own words."""

import ast
import re
from pathlib import Path

from psephos.commit.starknet.curve import BETA
from psephos.commit.starknet.patricia import root
from psephos.commit.starknet.pedersen import pedersen, pedersen_list
from psephos.commit.starknet.poseidon import CONSTANTS, poseidon_many, poseidon_pair
from psephos.commit.starknet.state import class_leaf, contract_leaf, global_root

PAGE = Path(__file__).parents[3] / "docs" / "method" / "starknet-hashes.md"
NAMES = {
    "pedersen": pedersen,
    "pedersen_list": pedersen_list,
    "poseidon_pair": poseidon_pair,
    "poseidon_many": poseidon_many,
    "contract_leaf": contract_leaf,
    "class_leaf": class_leaf,
    "global_root": lambda a, b: global_root(a, b, since_0_14=True),
    "root": lambda leaves, height, _: root(leaves, height, pedersen),
}


def test_every_worked_value_of_the_page_is_recomputed() -> None:
    text = PAGE.read_text(encoding="utf-8")
    examples = re.findall(r"^    (\w+)\((.*)\) += (0x[0-9a-f]+)$", text, re.MULTILINE)
    assert len(examples) == text.count("= 0x") == 10
    for name, arguments, value in examples:
        given = ast.literal_eval(f"({arguments.replace('pedersen', '0')},)")
        assert NAMES[name](*given) == int(value, 16), name
    assert f"{BETA:#x}" in text
    assert f"{CONSTANTS[0][0]:#x}" in text
