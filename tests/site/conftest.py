"""The built site, a server for it and a browser, for the tests of this folder."""

import functools
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from built import ROOT, SITE, out_of_date
from playwright.sync_api import sync_playwright
from visits import launch

sys.path[:0] = [str(ROOT / "book"), str(ROOT / "book" / "_ext")]


reason_of = functools.cache(out_of_date)
said = set()


@pytest.fixture
def site() -> Path:
    """The built site. Without it one test fails and says so, and the others skip."""
    if reason := reason_of(SITE, ROOT):
        tell = pytest.skip if reason in said else pytest.fail
        said.add(reason)
        tell(reason)
    return SITE


@pytest.fixture(scope="session")
def serve():
    """Serve a folder on this machine alone; return its address."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    servers = []

    def start(folder: Path) -> str:
        handler = functools.partial(Quiet, directory=str(folder))
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address(serve):
    return serve(SITE)


@pytest.fixture
def home(site, address):
    """Address of the built site."""
    return address
