"""`psephos verify`: a batch, a release, the ledger, each as a list of checks.

Every check is made from the bytes at hand, in the order in which one rests on the other: the
files on the manifest, the ledger on its root, the headers on the ledger, rows and blocks on the
headers. What cannot be checked without a node (that no row was left out before sealing) is said
in the words of a check, and checked where a node is given.
"""

from psephos.evidence.batch import verify_batch
from psephos.evidence.check import Check, Status, verified
from psephos.evidence.own import verify_ledger
from psephos.evidence.whole import verify_release

__all__ = ["Check", "Status", "verified", "verify_batch", "verify_ledger", "verify_release"]
