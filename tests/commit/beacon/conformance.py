"""The consensus specification's test files: SSZ in raw snappy, read into the beacon API's JSON.

Only tests read SSZ. Layouts of Deneb with the minimal preset: consensus-specs,
`specs/deneb/light-client/sync-protocol.md`; snappy: google/snappy, `format_description.txt`.
"""

import re
from pathlib import Path
from typing import Any

from psephos.commit.beacon.containers import BEACON, DENEB, EXTRA, NUMBER, WIDE
from tests.simulated.beacon import hexed

Json = dict[str, Any]
COMMITTEE = 33 * 48


def unpacked(data: bytes) -> bytes:
    """Raw snappy: the length as a varint, then literals and copies."""
    size = shift = at = 0
    while True:
        byte = data[at]
        at += 1
        size |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            break
    out = bytearray()
    while at < len(data):
        tag, length = data[at] & 3, data[at] >> 2
        at += 1
        if tag == 0:
            if length >= 60:
                width = length - 59
                length = int.from_bytes(data[at : at + width], "little")
                at += width
            out += data[at : at + length + 1]
            at += length + 1
            continue
        if tag == 1:
            offset = (data[at - 1] >> 5) << 8 | data[at]
            length = length % 8 + 4
            at += 1
        else:
            width = 2 if tag == 2 else 4
            offset = int.from_bytes(data[at : at + width], "little")
            length += 1
            at += width
        for _ in range(length):
            out.append(out[-offset])
    assert len(out) == size
    return bytes(out)


def header(data: bytes) -> Json:
    """LightClientHeader: beacon (112), offset of execution (4), its branch (128), execution."""
    beacon: Json = {}
    at = 0
    for name, size in BEACON:
        width = 8 if size == NUMBER else size
        piece = data[at : at + width]
        beacon[name] = str(int.from_bytes(piece, "little")) if size == NUMBER else hexed(piece)
        at += width
    branch = [hexed(data[116 + i : 148 + i]) for i in range(0, 128, 32)]
    return {"beacon": beacon, "execution": execution(data[244:]), "execution_branch": branch}


def execution(data: bytes) -> Json:
    found: Json = {}
    at = 0
    for name, size in DENEB:
        if size == EXTRA:
            found[name] = hexed(data[int.from_bytes(data[at : at + 4], "little") :])
            at += 4
            continue
        width = {NUMBER: 8, WIDE: 32}.get(size, size)
        piece = data[at : at + width]
        number = size in (NUMBER, WIDE)
        found[name] = str(int.from_bytes(piece, "little")) if number else hexed(piece)
        at += width
    return found


def committee(data: bytes) -> Json:
    keys = [hexed(data[i : i + 48]) for i in range(0, COMMITTEE, 48)]
    return {"pubkeys": keys[:-1], "aggregate_pubkey": keys[-1]}


def chunks(data: bytes) -> list[str]:
    return [hexed(data[i : i + 32]) for i in range(0, len(data), 32)]


def bootstrap(data: bytes) -> Json:
    return {
        "header": header(data[4 + COMMITTEE + 160 :]),
        "current_sync_committee": committee(data[4 : 4 + COMMITTEE]),
        "current_sync_committee_branch": chunks(data[4 + COMMITTEE : 4 + COMMITTEE + 160]),
    }


def update(data: bytes) -> Json:
    """Offsets of the two headers stand where the headers would."""
    at = 4 + COMMITTEE + 160
    first = int.from_bytes(data[:4], "little")
    second = int.from_bytes(data[at : at + 4], "little")
    rest = data[at + 4 + 192 : first]
    return {
        "attested_header": header(data[first:second]),
        "next_sync_committee": committee(data[4:]),
        "next_sync_committee_branch": chunks(data[4 + COMMITTEE : at]),
        "finalized_header": header(data[second:]),
        "finality_branch": chunks(data[at + 4 : at + 196]),
        "sync_aggregate": {
            "sync_committee_bits": hexed(rest[:4]),
            "sync_committee_signature": hexed(rest[4:100]),
        },
        "signature_slot": str(int.from_bytes(rest[100:], "little")),
    }


def steps(folder: Path) -> list[Json]:
    """The steps of a case: which update, at which slot, and what must be finalized after it."""
    found = []
    for text in (folder / "steps.yaml").read_text().split("\n- ")[0:]:
        fields = dict(re.findall(r"(update|current_slot): (\S+)", text))
        final = re.search(r"finalized_header: \{slot: (\d+), beacon_root: '(0x\w+)'", text)
        assert final
        found.append(
            {
                "update": fields.get("update"),
                "slot": int(fields["current_slot"]),
                "finalized": (int(final[1]), final[2]),
            }
        )
    return found
