"""`psephos verify ledger`: the one history of batch headers, and the index that fed it."""

from psephos.commands.console import Answer, Config, Json
from psephos.commands.places import releases_folder
from psephos.commands.verify.asked import Releases, settings_of
from psephos.commands.verify.verdict import answer


def run(releases: Releases = None, config: Config = None, json: Json = False) -> Answer:
    """Check the ledger against its root, its releases and the index."""
    from psephos.evidence.verify import verify_ledger

    found = verify_ledger(releases_folder(releases, config), settings_of(config))
    return answer("ledger", "", list(found))
