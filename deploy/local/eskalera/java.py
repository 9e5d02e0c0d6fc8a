"""Finds a Java that can run Kafka (17 or later)."""

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

from eskalera.errors import LocalError

OLDEST = 17
HOW_TO_GET = "install Maven, which brings it (Debian: `apt-get install maven`; macOS: `brew install maven`)"


@cache
def find_java() -> str:
    """The `java` of JAVA_HOME, else of PATH; raises `LocalError` when missing or too old."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if java is None or shutil.which(java) is None:
        raise LocalError(f"Kafka needs Java {OLDEST} or later and there is none: {HOW_TO_GET}.")
    said = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=30).stderr
    version = re.search(r'version "(\d+)', said)
    if version is None or int(version[1]) < OLDEST:
        found = said.splitlines()[0] if said else "broken"
        raise LocalError(f"Kafka needs Java {OLDEST} or later, but {java} is {found}: {HOW_TO_GET}.")
    return java
