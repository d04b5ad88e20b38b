"""An endpoint's address may hold a key; nothing that is shown, logged or raised may.

requests, urllib3 and web3 all put the address into exceptions, debug logs and `repr`. So an
endpoint is spoken of by its label, their exceptions are replaced by our own words, and a filter
on their loggers strikes the address's parts out.
"""

import logging
import re
from urllib.parse import parse_qsl, unquote, urlsplit

STRUCK = "[secret]"
SHORTEST = 6
"""Parts of an address shorter than this (`v3`, `rpc`) are no keys."""

LOGGERS = ("urllib3.connectionpool", "web3.providers.HTTPProvider", "requests")


def secrets(url: str) -> tuple[str, ...]:
    """The parts of an address that could be a key: user, password, subdomain, path and query."""
    parts = urlsplit(url)
    found = [parts.username or "", parts.password or "", parts.path.strip("/"), parts.query]
    found += parts.path.split("/") + (parts.hostname or "").split(".")[:-2]
    found += [value for _, value in parse_qsl(parts.query)]
    found += [unquote(part) for part in found]
    return tuple(sorted({part for part in found if len(part) >= SHORTEST}, key=len, reverse=True))


def strike(text: str, parts: tuple[str, ...]) -> str:
    """`text` without the parts; also where letters changed case."""
    for part in parts:
        text = re.sub(re.escape(part), STRUCK, text, flags=re.IGNORECASE)
    return text


class Strike(logging.Filter):
    """Strikes the parts out of whatever the libraries below us log."""

    def __init__(self, parts: tuple[str, ...]) -> None:
        super().__init__()
        self.parts = parts

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = strike(record.getMessage(), self.parts), ()
        record.exc_info = record.exc_text = None
        return True


def guard(parts: tuple[str, ...]) -> None:
    """Put the filter on the loggers of the libraries below us, once for the same parts."""
    for name in LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(f, Strike) and f.parts == parts for f in logger.filters):
            logger.addFilter(Strike(parts))
