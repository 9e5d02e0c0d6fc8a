"""The browser of the tests: the system's Chromium, else Debian's package (as root), else playwright's own.

`python -m tests.support.browser` makes sure there is one.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def system_chromium() -> str | None:
    """Path of the system's Chromium; None: playwright's own is used."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def ensure() -> str:
    """What the tests will use, installed if need be; says what it does."""
    found = system_chromium()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Debian's chromium …", flush=True)
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
        subprocess.run(install, check=True, env=environment, stdout=subprocess.DEVNULL)
        found = system_chromium()
    if found is None and not _playwrights_own():
        print("Installing playwright's Chromium …", flush=True)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)
    return found or "playwright's Chromium"


def _playwrights_own() -> bool:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).exists()


if __name__ == "__main__":
    ensure()
