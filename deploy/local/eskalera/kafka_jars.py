"""Apache Kafka's jars: fetched once through Maven into the user's cache, and proven by checksum at every start.

`kafka_dist/jars.sha256` pins every jar. A fetch goes to a temporary folder that gets its name once whole; a lock
file lets one process fetch while others wait. Hashing the 43 MB at each start costs less than 0.1 s.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from eskalera.errors import LocalError

KAFKA_VERSION = "4.4.0"
MAVEN_STEP = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
DIST = Path(__file__).parent / "kafka_dist"


def jars(*, cache: Path | None = None, say: Callable[[str], None] = lambda _: None) -> Path:
    """The folder of verified jars, fetched if need be; `say` is told before that."""
    pinned = _pinned()
    cache = cache or _user_cache()
    folder = cache / f"kafka-{KAFKA_VERSION}-{_fingerprint()}"
    if _differences(folder, pinned):
        say(f"Fetching Apache Kafka {KAFKA_VERSION} through Maven, once (43 MB) …")
        cache.mkdir(parents=True, exist_ok=True)
        with _lock(cache / f"{folder.name}.lock"):
            if _differences(folder, pinned):
                _fetch(folder, pinned)
    return folder


def _user_cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "eskalera"


def _pinned() -> dict[str, str]:
    lines = (DIST / "jars.sha256").read_text().splitlines()
    return {name: digest for digest, name in (line.split() for line in lines)}


def _fingerprint() -> str:
    return hashlib.sha256((DIST / "jars.sha256").read_bytes()).hexdigest()[:12]


def _differences(folder: Path, pinned: dict[str, str]) -> list[str]:
    """Names of jars that are missing, changed or not ours."""
    if not folder.is_dir():
        return sorted(pinned)
    found = {path.name: _digest(path) for path in folder.iterdir()}
    return sorted(name for name in pinned.keys() | found.keys() if pinned.get(name) != found.get(name))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fetch(folder: Path, pinned: dict[str, str]) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise LocalError(
            "Maven (`mvn`) is missing; it fetches Apache Kafka once. "
            "Debian: `apt-get install maven`; macOS: `brew install maven`."
        )
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="fetch-") as temporary:
        target = Path(temporary) / "jars"
        pom = shutil.copy(DIST / "pom.xml", temporary)
        done = subprocess.run(
            [maven, "-B", "-ntp", "-f", pom, MAVEN_STEP, f"-DoutputDirectory={target}"],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            cwd=temporary,
        )
        if done.returncode != 0:
            errors = [line for line in done.stdout.splitlines() if line.startswith("[ERROR]")]
            raise LocalError("Maven could not fetch Apache Kafka's jars.", "\n".join(errors[:6]) or done.stderr)
        wrong = _differences(target, pinned)
        if wrong:
            raise LocalError(
                f"Apache Kafka's jars do not have the pinned checksums, so they are not used: {', '.join(wrong)}."
            )
        shutil.rmtree(folder, ignore_errors=True)
        target.rename(folder)


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
