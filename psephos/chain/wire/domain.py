"""Which registrable domain an endpoint belongs to: the rule by which witnesses are counted.

The rule, on purpose small: the last two labels of the host name (`eth.example.org` →
`example.org`), or the last three where the last two stand in `REGISTRIES`. An IP address, and
a name without a dot, is its own domain; every name of this machine is the one domain
`this machine`. Not consulted: the full public suffix list (a new version of it would change a
published number), DNS, or who owns what: one operator may stand behind two domains. The count
is therefore called a declaration, never a proof.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

REGISTRIES = {
    "uk": "co org ac",
    "au": "com net org",
    "nz": "co",
    "jp": "co or",
    "kr": "co",
    "in": "co",
    "br": "com",
    "cn": "com",
    "hk": "com",
    "sg": "com",
    "tw": "com",
    "tr": "com",
    "mx": "com",
    "za": "co",
    "il": "co",
    "io": "github gitlab ngrok",
    "dev": "pages workers fly",
    "app": "vercel netlify run web",
    "com": "herokuapp azurewebsites amazonaws onrender",
    "net": "cloudfront azurewebsites",
    "org": "duckdns",
}
"""Second labels, by last label, under which strangers register names."""


def registrable_domain(url: str) -> str:
    """The registrable domain of an address by the rule above."""
    host = (urlsplit(url).hostname or "").rstrip(".").lower()
    try:
        address = ip_address(host)
    except ValueError:
        if host == "localhost" or host.endswith(".localhost"):
            return "this machine"
    else:
        return "this machine" if address.is_loopback or address.is_unspecified else str(address)
    labels = host.split(".")
    shared = len(labels) > 2 and labels[-2] in REGISTRIES.get(labels[-1], "").split()
    kept = 3 if shared else 2
    return ".".join(labels[-kept:])
