"""Bad input by command: an exit code, and one sentence with the value and its place.

Each case is run for scripts and for people on one release; nothing is written, nothing is a defect.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest

from psephos.__main__ import main
from psephos.results.shipped import shipped
from psephos.settings import Settings

HERE = "HERE"
"""Stands in a command for the file or folder of its case."""


@dataclass(frozen=True)
class Case:
    """A command about a shipped file in which `old` became `new`; its exit code and words."""

    says: str
    old: str = ""
    new: str = ""
    code: int = 2


def of(file: str, *changes: tuple[str, str, str]) -> list[tuple[str, Case]]:
    return [(file, Case(says, old, new)) for old, new, says in changes]


LINES: dict[str, tuple[str, ...]] = {
    "rules/openzeppelin.toml": ("control", "--rules", HERE),
    "rules/bravo.toml": ("whatif", "--cap", "1/2", "--rules", HERE, "--system", "bravo"),
    "scenarios/starknet.toml": ("simulate", "--runs", "1", "--scenario", f"{HERE}/starknet.toml"),
    "scenarios/sample.toml": ("simulate", "--runs", "1", "--scenario", f"{HERE}/sample.toml"),
    "schedules/starknet.toml": (
        "simulate", "--runs", "1", "--schedules", HERE, "--scenario",
        str(shipped("scenarios") / "starknet.toml"),
    ),
    "promises/vote-open.toml": ("promises", "--promises", HERE),
    "promises/updates-voted.toml": ("promises", "--promises", HERE),
    "promises/unlocks.toml": ("promises", "--promises", HERE),
    "promises/council-seats.toml": ("promises", "--promises", HERE),
    "promises/foundation-delegates.toml": ("promises", "--promises", HERE),
    "promises/services-decentralised.toml": ("promises", "--promises", HERE),
}  # fmt: skip
OF_FILES = [
    *of(
        "rules/openzeppelin.toml",
        ('">1/2"', '"1/2"', "line 17: `body.threshold` is '1/2': not a threshold"),
        ('">1/2"', "0.5", "`body.threshold` must be a text such as '>1/2' or '>=2/3', not 0.5"),
        ('">1/2"', '">=3/2"', "a threshold of >=3/2 is met by nobody"),
        ('">1/2"', '">=0"', "a threshold of >=0 is met by nobody or by nothing"),
        ('">1/2"', '">1/0"', "not a threshold: '>1/0'"),
        ('">=4/100"', '">=5/4"', "line 19: `body.quorum_share` is '>=5/4'"),
        ('">=4/100"', '">4/100"', "line 19: `body.quorum_share` is >1/25: write >="),
        ('base = "cast"', 'base = "casts"', "line 18: `body.base` is 'casts': must be one of"),
        ('["for", "abstain"]', '["abstain"]', "line 21: `body.quorum_counts` leaves out"),
        ('agree = ["holders"]', 'agree = ["nobody"]', "`way.agree` names 'nobody'"),
        ('kind = "tokens"', 'kind = "seats"\nmembers = -3', "`body.members` must be a whole"),
        ("2021-08-17", '"soon"', "line 4: `since` is 'soon': must be a day"),
        ("2021-08-17", "2021-08-17\nuntil = 2020-01-01", "`until` is 2020-01-01, not after"),
    ),
    *of(
        "rules/bravo.toml",
        ("quorum_tokens = 400000", "quorum_tokens = -1", "must be a whole number, 0 or more, not"),
        ("quorum_tokens = 400000", "quorum_tokens = inf", "must be a whole number, 0 or more, not"),
    ),
    *of(
        "scenarios/starknet.toml",
        ("decimals = 18", "decimals = 6", "line 7: `decimals` is 6, and 18 in schedule starknet"),
        ("steps = 60", "steps = -1", "line 10: `steps` must be a whole number, 0 or more, not -1"),
        ("steps = 60", "steps = nan", "`steps` must be a whole number, 0 or more, not nan"),
        ("2026-12-01", "9999-12-01", "line 10: `steps` is 60: so many steps of a month"),
        ("2026-12-01", '"2026-12-01"', "line 8: `start` is '2026-12-01': must be a day"),
        ('token = "STRK"\n', "", "starknet.toml: `token` is missing"),
        ("[state]", "[state]\ngold = 1", "line 15: `state.gold` is not a key"),
        ('"10400000000"', '"-5"', "line 15: `state.supply` is '-5': an amount is not negative"),
        ('"10400000000"', "inf", "line 15: `state.supply` is inf: write it as a text"),
        ('"10400000000"', "[]", "line 15: `state.supply` is '[]': write a number"),
        ('"0.5 %"', '"-200 %"', "`rates.stake_growth` is '-200 %': nothing shrinks by more"),
        ('"4 %"\nrewards', '"101 %"\nrewards', "`rates.inflation_cap` is '101 %': a share lies"),
        ('btc = "25 %"', 'btc = "24 %"', "`rates.rewards` adds up to 99 %, not 100 %"),
        ("from = 25", "from = 61", "line 32: `change.from` is 61: after step 1, and at most 60"),
        ('"starknet"', '"gold"', "`schedule` is 'gold': there is no schedule file of 'gold'"),
    ),
    *of(
        "scenarios/sample.toml",
        ('dataset = "strk"', 'dataset = "gold"', "line 9: `dataset` is 'gold': the release has"),
        ("decimals = 18", "decimals = 6", "line 5: `decimals` is 6, and strk has 18"),
    ),
    *of(
        "schedules/starknet.toml",
        ("decimals = 18", "decimals = -1", "must be a whole number, 0 or more, not -1"),
        ("since = 2024-02-22", "since = 2027-02-22", "no schedule file of starknet holds on 2026"),
    ),
    *of(
        "promises/vote-open.toml",
        ("days = 6", "days = nan", "`version.rule.days` must be a whole number from"),
        ("days = 6", "days = 0", "must be a whole number from 1 to 10000, not 0"),
        ('"voting_period"\ndays = 6', '"luck"', "line 13: `version.rule.name` is 'luck'"),
        ("until = 2025-11-01", "until = 2026-11-01", "line 19: `version.since` lies within"),
    ),
    *of(
        "promises/updates-voted.toml",
        ('"program_hash_changed"', '"hashes"', "names 'hashes', and no source of events has such"),
    ),
    *of(
        "promises/unlocks.toml",
        ("last = 2024-04-15", "last = 2023-04-15", "number 1: `last` is 2023-04-15, before"),
        ("first = 2025-04-15", "first = 2024-05-15", "number 2: `first` is 2024-05-15, not after"),
        ("tokens = 64000000", "tokens = 1.5", "number 1: `tokens` must be a whole number"),
    ),
    *of(
        "promises/council-seats.toml",
        ("threshold = 9", "threshold = 13", "line 14: `version.rule.threshold` is 13, more than"),
        ("threshold = 9", "threshold = 0", "must be a whole number from 1 to 10000, not 0"),
    ),
    *of(
        "promises/foundation-delegates.toml",
        ('role = "foundation"', 'role = "king"', "`version.rule.role` is 'king': must be one of"),
    ),
    *of(
        "promises/services-decentralised.toml",
        ("due = 2023-12-31\n", "", "line 6: `version.due` is missing: rule producers looks at"),
    ),
]  # fmt: skip
PRICES = "day,token,currency,price,source\n"
OF_PRICES = {
    "nothing": ("", "line 1: the columns must be day,token,currency,price,source"),
    "two prices": (
        "2026-08-01,STRK,USD,1,a\n2026-08-01,STRK,USD,2,b\n",
        "line 3: `day` 2026-08-01 has two prices of STRK in USD",
    ),
    "no source": ("2026-08-01,STRK,USD,1,\n", "line 2: `source` is empty"),
    "negative": ("2026-08-01,STRK,USD,-1,a\n", "line 2: `price` is '-1': an exact decimal above 0"),
    "no number": ("2026-08-01,STRK,USD,nan,a\n", "line 2: `price` is 'nan'"),
    "infinite": ("2026-08-01,STRK,USD,inf,a\n", "line 2: `price` is 'inf'"),
    "a unit in the price": ("2026-08-01,STRK,USD,1 USD,a\n", "line 2: `price` is '1 USD'"),
    "another unit": ("2026-08-01,STRK,EUR,1,a\n", "prices.csv has no price in 'USD'"),
    "no day": ("2026-13-01,STRK,USD,1,a\n", "line 2: `day` is '2026-13-01'"),
    "a cell less": ("2026-08-01,STRK,USD,1\n", "line 2: the row has 4 cells, not 5"),
    "a word nobody can read": ("2026-08-01,ST\0RK,USD,1,a\n", "line 2: `token` is 'ST\\x00RK'"),
}  # fmt: skip
SCENARIO = str(shipped("scenarios") / "starknet.toml")
SAMPLE = str(shipped("scenarios") / "sample.toml")
NOBODY = f"0x{'0' * 39}1"
OF_LINES = [
    (("control", "--block", "999999"), 4, "block 999999 is not in this release"),
    (("control", "--system", "../x"), 2, "there is no rule file of '../x'"),
    (("control", "--entities", "nowhere"), 2, "there are no entities 'nowhere'"),
    (("control", "--rules", "EMPTY"), 2, "there is no .toml file in"),
    (("whatif", "--threshold", "1/2"), 2, "--threshold 1/2: not a threshold"),
    (("whatif", "--quorum", ">=2"), 2, "--quorum >=2: a threshold of >=2 is met by nobody"),
    (("whatif", "--cap", ""), 2, "--cap : no share of the whole"),
    (("whatif", "--cap", "1/2", "--to", "0x1"), 2, "--to 0x1 belongs to --redelegate"),
    (("whatif", "--without", NOBODY), 2, f"{NOBODY} neither delegates nor votes for anybody"),
    (("whatif", "--redelegate", NOBODY), 2, f"{NOBODY} neither delegates nor votes for anybody"),
    (("whatif", "--cap", "1/2", "--rules", "nowhere"), 2, "there is no folder nowhere"),
    (("simulate", "--scenario", SCENARIO, "--seed", "1.5"), 2, "'--seed'"),
    (("simulate", "--scenario", SCENARIO, "--seed", "-1"), 2, "--seed -1: a seed is 0 or more"),
    (("simulate", "--scenario", SCENARIO, "--block", "9"), 2, "--block 9: nothing of"),
    (("simulate", "--scenario", SAMPLE, "--block", "999999"), 4, "block 999999 is not in"),
    (("simulate", "--scenario", SCENARIO, "--schedules", "EMPTY"), 2, "there is no .toml file in"),
    (("promises", "--promises", "EMPTY"), 2, "there is no .toml file in"),
    (("promises", "--promise", "peace"), 2, "there is no promise 'peace'"),
    (("promises", "--block", "999999"), 4, "block 999999 is not in this release"),
    (("measure", "--kind", "gold"), 2, "there is no kind 'gold'"),
    (("measure", "--kind", "fees", "--beside", "nowhere"), 2, "--beside nowhere: there is no such"),
    (("measure", "--table", "x.csv", "--weight", "x", "--block", "3"), 2, "--block is of a rel"),
    (("measure", "--table", "x.csv", "--weight", "x", "--threshold", "3"), 2, "--threshold 3: not"),
]  # fmt: skip


@pytest.fixture
def refused(sample: Settings, tmp_path, monkeypatch, capsys, run):
    """Run a command in an empty folder, for scripts and for people; the sentence it says."""
    (tmp_path / "EMPTY").mkdir()
    monkeypatch.chdir(tmp_path)

    def refuse(line: tuple[str, ...], code: int) -> str:
        before = sorted(tmp_path.rglob("*"))
        asked = [*line, "--releases", str(sample.releases)]
        found, document = run(*asked)
        assert found == code, document
        assert document["ok"] is False
        error = document["error"]
        assert error["hint"], error
        assert main(asked) == code
        out, err = capsys.readouterr()
        assert (out, err.splitlines()[0]) == ("", f"psephos {line[0]}: {error['message']}")
        assert "defect" not in err
        assert sorted(tmp_path.rglob("*")) == before
        return str(error["message"])

    return refuse


@pytest.mark.parametrize(("file", "case"), OF_FILES)
def test_a_declared_file_is_refused_with_the_value_and_its_place(
    refused, tmp_path: Path, file: str, case: Case
) -> None:
    kind, name = file.split("/")
    whole = (shipped(kind) / name).read_text(encoding="utf-8")
    assert case.old in whole
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / name).write_text(whole.replace(case.old, case.new, 1), encoding="utf-8")
    line = tuple(word.replace(HERE, str(tmp_path / "own")) for word in LINES[file])
    assert case.says in refused(line, case.code)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        *((("simulate", "--scenario", SCENARIO), name) for name in OF_PRICES),
        (("measure", "--kind", "economy"), "negative"),
        (("measure", "--kind", "capture"), "another unit"),
    ],
)
def test_a_table_of_prices_is_refused_with_its_line(refused, tmp_path: Path, line, name) -> None:
    rows, says = OF_PRICES[name]
    (tmp_path / "prices.csv").write_text((PRICES if rows else "") + rows, encoding="utf-8")
    assert says in refused((*line, "--prices", "prices.csv", "--currency", "USD"), 2)


@pytest.mark.parametrize(("line", "code", "says"), OF_LINES)
def test_a_wrong_option_is_named_with_its_value(refused, line, code: int, says: str) -> None:
    assert says in refused(line, code)


def test_a_quorum_of_more_tokens_than_there_are_is_refused(refused, tmp_path: Path) -> None:
    """Where the governor on the chain has a quorum of its own, that one counts."""
    (tmp_path / "own").mkdir()
    whole = (shipped("rules") / "bravo.toml").read_text(encoding="utf-8")
    file = tmp_path / "own" / "bravo.toml"
    file.write_text(whole.replace("= 400000", f"= {10**20}"), encoding="utf-8")
    for line in (("control",), ("whatif", "--cap", "1/2")):
        says = refused((*line, "--rules", "own", "--system", "bravo"), 2)
        assert f"the quorum of holders in bravo, {10**20} tokens, is more than the supply" in says
