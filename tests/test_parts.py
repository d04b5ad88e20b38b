"""The bill of what psephos is made of names each part that is locked, and an audit counts them."""

import importlib.util
import json
import re
import sys

from tests.conftest import ROOT

PLACE = importlib.util.spec_from_file_location("parts", ROOT / "docs" / "parts" / "make.py")
assert PLACE
assert PLACE.loader
parts = importlib.util.module_from_spec(PLACE)
PLACE.loader.exec_module(parts)


def test_w25_the_bill_names_every_part_that_is_locked() -> None:
    """If this fails: `python docs/parts/make.py`, and commit what it wrote."""
    assert parts.BILL.read_text("utf-8") == parts.written()
    told = json.loads(parts.written())
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    lock = (ROOT / "requirements.txt").read_text("utf-8")
    pins = re.findall(r"^\S+==\S+", lock, re.M)
    assert len(told["components"]) == len(pins) + len(parts.programs()) > 100
    names = [one["bom-ref"] for one in told["components"]]
    assert len(set(names)) == len(names)


def report(**changes: object) -> dict[str, object]:
    """An audit that looked at every pin, but for what is changed."""
    told = [
        {"name": name, "version": version, "vulns": []} | dict(changes.get(name, {}))
        for name, version, _ in parts.locked()
    ]
    return {"dependencies": [one for one in told if "left" not in one]}


def test_w25_an_audit_that_skipped_a_part_is_not_green() -> None:
    assert parts.wrong(report()) == []
    (found,) = parts.wrong(report(flask={"skip_reason": "not found"}))
    assert re.fullmatch(r"flask [0-9.]+: not audited", found)
    (found,) = parts.wrong(report(flask={"left": True}))
    assert found.startswith("flask ")
    (found,) = parts.wrong(report(flask={"vulns": [{"id": "CVE-2000-1"}]}))
    assert found.endswith(": CVE-2000-1")
    whole = parts.wrong({"dependencies": []})
    assert len(whole) > 100
    elsewhere = [name for name, _, condition in parts.locked() if "== 'win32'" in condition]
    assert elsewhere
    if sys.platform != "win32":  # What is not installed here cannot be audited here.
        assert parts.wrong(report(**{name: {"left": True} for name in elsewhere})) == []
