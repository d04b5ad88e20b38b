"""What psephos is made of: a CycloneDX 1.6 bill of everything that is installed to run it.

    python docs/parts/make.py           write docs/parts/parts.cdx.json anew, after `make lock`
    python docs/parts/make.py REPORT    whether an audit looked at every part, and found nothing

The bill is made from the locks, whose digests it names; a test holds them equal. A REPORT is what
`pip-audit --strict --format json -r requirements.txt` wrote: a part that it skipped was not looked
at, so its green means nothing until all that this machine installs are counted. Source: CycloneDX
1.6, ECMA-424.
"""

import json
import re
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from packaging.markers import Marker

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
BILL = FOLDER / "parts.cdx.json"
PYTHON, BROWSER = "requirements.txt", "dashboards/programs/package-lock.json"
PIN = re.compile(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)((?: *;[^\\\n]*)?)", re.M)


def locked() -> list[tuple[str, str, str]]:
    """(name, version, condition) of every pin of the lock, in its order."""
    found = PIN.findall((ROOT / PYTHON).read_text("utf-8"))
    return [(name, version, condition.strip(" ;")) for name, version, condition in found]


def programs() -> list[tuple[str, str, str]]:
    """(name, version, integrity) of what browsers load."""
    told = json.loads((ROOT / BROWSER).read_text("utf-8"))["packages"]
    return [
        (path.removeprefix("node_modules/"), entry["version"], entry["integrity"])
        for path, entry in told.items()
        if path
    ]


def component(kind: str, name: str, version: str, *properties: tuple[str, str]) -> dict[str, Any]:
    purl = f"pkg:{kind}/{name.replace('@', '%40')}@{version}"
    found: dict[str, Any] = {"type": "library", "bom-ref": purl, "name": name, "version": version,
                             "purl": purl}  # fmt: skip
    if told := [{"name": key, "value": value} for key, value in properties if value]:
        found["properties"] = told
    return found


def bill() -> dict[str, Any]:
    """The bill; the same locks give the same one."""
    parts = [component("pypi", *pin[:2], ("condition", pin[2])) for pin in locked()]
    parts += [component("npm", *one[:2], ("integrity", one[2])) for one in programs()]
    locks = [
        {
            "type": "other",
            "url": name,
            "hashes": [
                {"alg": "SHA-256", "content": sha256((ROOT / name).read_bytes()).hexdigest()}
            ],
        }
        for name in (PYTHON, BROWSER)
    ]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": "psephos", "name": "psephos"}},
        "components": parts,
        "externalReferences": locks,
    }


def written() -> str:
    return json.dumps(bill(), indent=1) + "\n"


def wrong(report: dict[str, Any]) -> list[str]:
    """What an audit did not look at, or found; nothing if every part is there and clean."""
    told = {(one["name"], one.get("version")): one for one in report["dependencies"]}
    audited = {key for key, one in told.items() if "skip_reason" not in one}
    here = {
        (name, version)
        for name, version, condition in locked()
        if not condition or Marker(condition).evaluate()
    }
    left = here - audited
    found = [f"{name} {version}: not audited" for name, version in sorted(left)]
    return found + [
        f"{name} {version}: {flaw['id']}"
        for (name, version), one in sorted(told.items(), key=str)
        for flaw in one.get("vulns", ())
    ]


if __name__ == "__main__":
    if len(sys.argv) == 1:
        BILL.write_text(written(), "utf-8")
    else:
        sys.exit("\n".join(wrong(json.loads(Path(sys.argv[1]).read_text("utf-8")))))
