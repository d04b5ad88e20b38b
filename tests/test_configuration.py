"""The configuration: what is read, and how a mistake is named."""

from pathlib import Path

import pytest

from psephos.chain.open import open_node
from psephos.configuration import load
from psephos.errors import ConfigurationError

GOOD = """\
data = "index"
[chain]
name = "ethereum"
id = 1
[[chain.endpoint]]
url = "http://127.0.0.1:8545/secret-key"
[[dataset]]
name = "strk"
sources = ["erc20", "votes"]
contracts = ["0xCa14007Eff0dB1f8135f4C25B34De49AB0d42766"]
[[dataset]]
name = "governor"
sources = ["governor"]
contracts = ["0x323A76393544d5ecca80cd6ef2A560C6a395b7E3"]
first = 5
[dataset.links]
token = "strk"
"""


def write(folder: Path, text: str) -> Path:
    file = folder / "psephos.toml"
    file.write_text(text)
    return file


def test_a_good_file_is_read(tmp_path):
    found = load(write(tmp_path, GOOD))
    assert found.chain.id == 1
    assert found.datasets[0].contracts[0].hex() == "ca14007eff0db1f8135f4c25b34de49ab0d42766"
    assert found.datasets[1].links == {"token": "strk"}
    assert found.data == tmp_path / "index"
    assert found.releases == tmp_path / "data" / "releases"


def test_folders_can_be_named_by_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("PSEPHOS_DATA", "/elsewhere")
    assert load(write(tmp_path, GOOD)).data == Path("/elsewhere")


def test_an_address_with_a_key_is_never_shown(tmp_path):
    found = load(write(tmp_path, GOOD))
    assert "secret-key" not in repr(found)
    assert "endpoint 1" in repr(found)


def test_a_key_comes_from_the_environment(tmp_path, monkeypatch):
    text = GOOD.replace("http://127.0.0.1:8545/secret-key", "${NODE}")
    monkeypatch.setenv("NODE", "http://127.0.0.1:1/")
    assert load(write(tmp_path, text)).chain.endpoints[0].url == "http://127.0.0.1:1/"


def test_what_asks_no_node_runs_without_its_address(tmp_path, monkeypatch):
    """Whoever only reads what was collected has no key, and needs none."""
    monkeypatch.delenv("NODE", raising=False)
    found = load(write(tmp_path, GOOD.replace("http://127.0.0.1:8545/secret-key", "${NODE}")))
    with pytest.raises(ConfigurationError, match=r"endpoint 1: .* NODE is not set") as caught:
        open_node(found.chain)
    assert "export NODE=" in caught.value.hint


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("id = 1", "id = -1", r"line 4: `chain.id` must be a whole number"),
        ("id = 1", "id = true", r"line 4: `chain.id` must be"),
        ("id = 1\n", "", r"line 2: `chain.id` is missing"),
        ("id = 1", "id = 1\ncolour = 2", r"line 5: `chain.colour` is not a key"),
        ('data = "index"', "data = 7", r"line 1: `data` must be a text"),
        ("first = 5", "first = 1.5", r"line 15: `dataset.first` must be"),
        ("first = 5", "frist = 5", r"line 15: `dataset.frist` is not a key"),
        ('name = "governor"', 'name = "strk"', r"line 12: `dataset.name` is used twice"),
        ('name = "strk"', 'name = "S T"', r"line 8: `dataset.name` must be a name"),
        ("0xCa14", "0xZZ14", r"line 10: `dataset.contracts` must be 0x and 40"),
        ('sources = ["governor"]', "sources = []", r"line 13: `dataset.sources`"),
        ("http://", "ftp://", r"line 6: `chain.endpoint.url` must begin with"),
        ("[[chain.endpoint]]\nurl", "other", r"`chain.endpoint` is missing"),
        ("[chain]", "[chain", r"not TOML: .*line 2"),
        (
            'data = "index"',
            'data = "index"\n[prove]\nkinds = ["balance"]\npreset = "test"',
            r"`prove.preset` must be one of standard, compact",
        ),
    ],
)
def test_a_mistake_is_named_with_its_key_and_line(tmp_path, old, new, message):
    assert old in GOOD
    with pytest.raises(ConfigurationError, match=message) as caught:
        load(write(tmp_path, GOOD.replace(old, new)))
    assert caught.value.exit_code == 2
    assert "\n" not in caught.value.message


def test_no_file_says_how_to_make_one(tmp_path):
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path / "psephos.toml")
    assert "psephos init" in caught.value.hint


def test_bytes_that_are_not_text_are_refused(tmp_path):
    file = tmp_path / "psephos.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load(file)


L2 = """\
[chain]
name = "starknet"
kind = "starknet"
id = "SN_MAIN"
[[chain.endpoint]]
url = "http://127.0.0.1:1/"
[chain.l1]
contract = "0xc662c410C0ECf747543f5bA90660f6ABeBD9C8c4"
configuration = "psephos.toml"
"""


def paired(folder: Path, l1: str = GOOD, l2: str = L2) -> Path:
    """Two files: an L1's, and an L2's that names it."""
    write(folder, l1)
    file = folder / "starknet.toml"
    file.write_text(l2)
    return file


def test_an_l1_may_be_named_by_its_own_file_and_is_driven_first(tmp_path):
    found = load(paired(tmp_path))
    assert [house.chain.name for house in found.houses] == ["ethereum", "starknet"]
    assert found.chain.l1 is not None
    assert (found.chain.l1.id, found.chain.l1.endpoints) == (1, found.houses[0].chain.endpoints)
    assert found.houses[0].datasets[0].name == "strk"
    assert load(tmp_path / "psephos.toml").houses == (load(tmp_path / "psephos.toml"),)


def test_each_of_two_chains_gets_a_folder_of_its_own_where_the_environment_names_one(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("PSEPHOS_DATA", "/data")
    monkeypatch.setenv("PSEPHOS_RELEASES", "/out")
    found = load(paired(tmp_path))
    assert [house.data for house in found.houses] == [
        Path("/data/ethereum"),
        Path("/data/starknet"),
    ]
    assert found.shown == Path("/out")
    assert found.houses[0].shown == Path("/out/ethereum")


def test_an_l1_of_two_kinds_or_of_both_shapes_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match=r"`chain.l1.configuration` is of starknet"):
        load(paired(tmp_path, l1=L2[: L2.index("[chain.l1]")]))
    both = L2 + "id = 1\n"
    with pytest.raises(ConfigurationError, match=r"`chain.l1.id` is not a key"):
        load(paired(tmp_path, l2=both))


STARKNET = """\
[chain]
name = "simulated"
kind = "starknet"
id = "SN_OURS"
sequencer = "0x5"
[[chain.endpoint]]
url = "http://127.0.0.1:8545/"
[[chain.gateway]]
url = "http://user:secret-word@127.0.0.1:8546/"
"""


def test_gateways_and_the_key_of_a_sequencer_are_read_and_belong_to_starknet(tmp_path):
    chain = load(write(tmp_path, STARKNET)).chain
    assert [one.label for one in chain.gateways] == ["gateway 1"]
    assert chain.sequencer == 5
    assert "secret-word" not in repr(chain)
    text = STARKNET.replace('kind = "starknet"\n', "").replace('"SN_OURS"', "7")
    for told, line, key in (
        (text, 7, "gateway"),
        (text[: text.index("[[chain.gateway]]")], 4, "sequencer"),
    ):
        with pytest.raises(ConfigurationError, match=f"line {line}: .chain.{key}. belongs to"):
            load(write(tmp_path, told))
