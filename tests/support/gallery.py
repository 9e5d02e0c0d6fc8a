"""Every page as pictures: `python -m tests.support.gallery [--out DIR] [NAME…]` at three widths, light and dark.

Serves the sample pages and the static files on a free port of this machine; the tests use the same server.
"""

import argparse
import mimetypes
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.support.page_samples import PAGES
from ticketing import rendering
from ticketing.views import LANGUAGES

WIDTHS = (320, 768, 1440)
POLICY = "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'"
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path = self.path.partition("?")[0].strip("/")
        kind, _, name = path.partition("/")
        if kind == "static":
            content = (files("chassis.look") / "static" / name).read_bytes()
            return self._answer(content, mimetypes.guess_type(name)[0] or "application/octet-stream")
        language = next((each for each in LANGUAGES if each == kind), None)
        if language is not None and name in PAGES:
            return self._answer(rendering.render(*PAGES[name](language)), "text/html; charset=utf-8")
        return self.send_error(404)

    def _answer(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-security-policy", POLICY)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@contextmanager
def served() -> Iterator[str]:
    """The address of a server with `/<language>/<name of a sample>`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium where it is installed, else playwright's own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=list(PAGES))
    parser.add_argument("--out", type=Path, default=Path("artefacts/gallery"))
    parser.add_argument("--languages", default="sv,en")
    parser.add_argument("--widths", default=",".join(map(str, WIDTHS)))
    parser.add_argument("--schemes", default="light,dark")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with served() as address, chromium() as browser:
        for scheme in given.schemes.split(","):
            for width in map(int, given.widths.split(",")):
                page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
                for language in given.languages.split(","):
                    for name in given.names:
                        page.goto(f"{address}/{language}/{name}")
                        page.evaluate("document.fonts.ready")
                        # 300 entries are looked at from the top: a picture higher than this shows nothing more.
                        height = min(page.evaluate("document.documentElement.scrollHeight"), 3000)
                        target = given.out / f"{name}-{language}-{width}-{scheme}.png"
                        page.screenshot(
                            path=target, clip={"x": 0, "y": 0, "width": width, "height": height}, full_page=True
                        )
                page.close()


if __name__ == "__main__":
    main()
