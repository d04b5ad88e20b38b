"""Attacks on an evidence file by name: what it packs, and how."""

import json
import lzma
import shutil
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from psephos.chain.node import BlockId
from psephos.errors import CommandError, VerificationFailed
from psephos.publish.evidence_file import (
    CONTENTS,
    MANIFEST,
    SMALL,
    check_fits,
    unfolded,
    verify_evidence,
    write_evidence,
)
from psephos.publish.filed_receipts import FiledReceipts
from psephos.store.manifest import encode, identity, parse
from tests.evidence.house import House
from tests.publish.test_figure import figure_of

Entries = dict[str, bytes]


@pytest.fixture(scope="module")
def entries(built: House, tmp_path_factory: pytest.TempPathFactory) -> Entries:
    """What an honest file with receipts holds."""
    file = tmp_path_factory.mktemp("honest") / "gini.evidence"
    assert write_evidence(built.releases, None, figure_of(built, "gini"), file, built.chain)
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def packed(tmp_path: Path) -> Callable[[Entries], Path]:
    def pack(some: Entries) -> Path:
        file = tmp_path / "some.evidence"
        with zipfile.ZipFile(file, "w") as archive:
            for name, data in some.items():
                archive.writestr(name, data)
        return file

    return pack


Pack = Callable[[Entries], Path]


def refused(file: Path) -> str:
    with pytest.raises(VerificationFailed) as error, unfolded(file):
        pass
    return error.value.message


def of(entries: Entries, kind: str) -> str:
    return next(name for name in entries if kind in name)


def test_the_order_of_the_entries_says_nothing(entries: Entries, packed: Pack) -> None:
    assert verify_evidence(packed(dict(reversed(entries.items())))).verified


def test_an_entry_left_out_is_missed(entries: Entries, packed: Pack) -> None:
    """But receipts, without which the file says what rests on them."""
    for name in entries:
        file = packed({other: data for other, data in entries.items() if other != name})
        if name != "receipts.xz":
            assert refused(file), name
    without = packed({name: data for name, data in entries.items() if name != "receipts.xz"})
    found = {check.name: check for check in verify_evidence(without).checks}
    assert "receipts" not in found
    assert "only receipts can prove" in found["coverage token"].why


def test_an_entry_more_or_of_another_length_is_refused_before_unfolding(
    entries: Entries, packed: Pack
) -> None:
    for name in ("more", "release/segments/more", "release/../../outside", "/outside"):
        assert "not what its manifest names" in refused(packed({**entries, name: b"x"}))
    for kind in ("segments", "figures", "ledger"):
        name = of(entries, kind)
        for data in (entries[name][:-1], entries[name] + b"\0", b""):
            assert "not what its manifest names" in refused(packed({**entries, name: data}))


def test_a_file_of_another_release_or_figure_is_refused(entries: Entries, packed: Pack) -> None:
    about = json.loads(entries["evidence.json"])
    for change in (
        {"release": "ab" * 32},
        {"release": "../" + about["release"]},
        {"release": about["release"][:16]},
        {"figure": {"id": "ab" * 32}},
        {"figure": {"id": ""}},
        {"figure": None},
    ):
        told = json.dumps(about | change).encode()
        with pytest.raises(VerificationFailed):
            verify_evidence(packed({**entries, "evidence.json": told}))
    other = entries["release/current"][::-1][1:] + b"\n"
    assert "another release" in refused(packed({**entries, "release/current": other}))


@pytest.mark.parametrize("change", ["dropped", "doubled", "turned", "added", "cut"])
def test_receipts_of_other_blocks_than_are_asked_for_verify_nothing(
    entries: Entries, packed: Pack, change: str
) -> None:
    lines = lzma.decompress(entries["receipts.xz"]).splitlines(keepends=True)
    changed = {
        "dropped": lines[1:],
        "doubled": [lines[0], *lines],
        "turned": lines[::-1],
        "added": [*lines, lines[0]],
        "cut": [*lines[:-1], lines[-1][:-1]],
    }[change]
    file = packed({**entries, "receipts.xz": lzma.compress(b"".join(changed))})
    if change == "added":
        with pytest.raises(VerificationFailed):
            verify_evidence(file)
    else:
        receipts = next(c for c in verify_evidence(file).checks if c.name == "receipts")
        assert receipts.status == "failed"


def test_flipped_bits_of_an_archives_own_structure_are_refused_or_change_nothing(
    entries: Entries, packed: Pack
) -> None:
    """Bytes of the table of contents and of the headers before it, one bit each."""
    file = packed(entries)
    whole = file.read_bytes()
    begin = whole.index(b"PK\1\2")
    places = [*range(begin, len(whole), 97), *range(len(whole) - 22, len(whole)), *range(30)]
    same = 0
    for place in places:
        flipped = bytearray(whole)
        flipped[place] ^= 1 << place % 8
        file.write_bytes(flipped)
        try:
            with unfolded(file) as (unpacked, _):
                for name, data in entries.items():
                    assert (unpacked / name).read_bytes() == data, (place, name)
            same += 1
        except VerificationFailed:
            pass
    assert same < len(places) / 2


def table_of(count: int) -> bytes:
    """An archive that is a table of contents and nothing else."""
    one = struct.pack("<4s6H3I5H2I", b"PK\1\2", *[0] * 9, 4, *[0] * 6)
    names = b"".join(one + struct.pack(">I", i) for i in range(count))
    return names + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, len(names), 0, 0)


def test_p18_hostile_sizes_are_refused_in_a_second_and_100_megabytes(
    entries: Entries, packed: Pack, tmp_path: Path
) -> None:
    cases: dict[str, bytes | Entries] = {
        "a table of contents of its own": table_of(CONTENTS // 50),
        "a large table of contents": table_of(CONTENTS // 51),
        "much before the archive": b"\0" * 2**25 + b"PK\5\6" + bytes(18),
        "a long evidence.json": {**entries, "evidence.json": b" " * (SMALL + 1)},
        "a deep evidence.json": {**entries, "evidence.json": b"[" * 2**20},
        "a long manifest": {**entries, of(entries, "manifests"): b" " * (MANIFEST + 1)},
    }
    for what, case in cases.items():
        file = tmp_path / "case"
        if isinstance(case, bytes):
            file.write_bytes(case)
        else:
            shutil.copy(packed(case), file)
        begun = time.process_time()
        refused(file)
        assert time.process_time() - begun < 2, what  # half of it elsewhere: cores are shared
        tracemalloc.start()
        refused(file)
        assert tracemalloc.get_traced_memory()[1] < 100_000_000, what
        tracemalloc.stop()


def test_a_large_releases_manifest_is_read_whole(entries: Entries, packed: Pack) -> None:
    """Beyond what is read at once: 15,000 further tables of a house of many organisations."""
    file = of(entries, "manifests")
    manifest = parse(entries[file], file)
    table = replace(next(iter(manifest.tables.values())), pieces=(), unsealed=None)
    large = encode(
        replace(manifest, tables=manifest.tables | {f"more_{i}": table for i in range(15_000)})
    )
    assert CONTENTS < len(large) <= MANIFEST
    about = json.loads(entries["evidence.json"]) | {"release": identity(large)}
    changed = {
        "evidence.json": json.dumps(about).encode(),
        "release/current": f"{identity(large)}\n".encode(),
        f"release/manifests/{identity(large)}.json": large,
    }
    kept = {name: data for name, data in entries.items() if name != file}
    with unfolded(packed(kept | changed)) as (place, of_what):
        assert of_what.release == identity(large)
        assert (place / f"release/manifests/{identity(large)}.json").read_bytes() == large


def test_a_release_that_no_reader_would_unfold_is_not_packed() -> None:
    """Twelve thousand files are packed: those of 250 tables."""
    files = {f"segments/{i:064x}.parquet": 1 for i in range(12_000)}
    check_fits(files | {"manifests/a.json": MANIFEST})
    more = {f"segments/{i:064x}.parquet": 1 for i in range(13_000)}
    for sizes in (files | {"manifests/a.json": MANIFEST + 1}, more | {"manifests/a.json": 1}):
        with pytest.raises(CommandError, match="too large for one file") as error:
            check_fits(sizes)
        assert "verify figure" in str(error.value.hint)


def test_p18_a_line_of_receipts_that_unfolds_without_end_is_refused_early(tmp_path: Path) -> None:
    packer = lzma.LZMACompressor(preset=0)
    file = tmp_path / "receipts.xz"
    file.write_bytes(b"".join([packer.compress(b"[" * 2**26), packer.flush()]))
    tracemalloc.start()
    for content in (file.read_bytes(), b"no xz", b""):
        file.write_bytes(content)
        with pytest.raises(VerificationFailed):
            FiledReceipts(file, 1).receipts(BlockId(1, bytes(32)))
    assert tracemalloc.get_traced_memory()[1] < 100_000_000
    tracemalloc.stop()
