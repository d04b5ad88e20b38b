"""One worker of `psephos serve`: the site, with what it may take, and who is in front of it.

`PSEPHOS_PROXIES` is the number of proxies whose X-Forwarded-For and -Proto are believed, 0 if it is
not there: whoever is asked directly believes no header about who is asking.
"""

import os

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from dashboards import ahead
from dashboards.app import create, shown
from dashboards.limits import Deadline, limit_memory
from dashboards.remember import Memory


def application() -> Flask:
    """The site, warmed up before the first reader is let in; every page is soon."""
    limit_memory()
    server = create()
    Deadline().watch(server)
    folder = server.config["PSEPHOS_FOLDER"]
    ahead.start(folder, lambda path, search: shown(folder, path, search, Memory(1)))
    if proxies := int(os.environ.get("PSEPHOS_PROXIES") or 0):
        app = server.wsgi_app
        server.wsgi_app = ProxyFix(app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    return server
