"""A missing tool or a spoilt download is one sentence, and never used."""

import errno
import hashlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from eskalera import java, kafka_jars
from eskalera.errors import LocalError, StartError
from eskalera.system import is_full_disk

JAR = b"a jar"


@pytest.fixture(autouse=True)
def forgetful_java() -> Iterator[None]:
    java.find_java.cache_clear()
    yield
    java.find_java.cache_clear()


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An otherwise empty PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin/nowhere")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    return folder


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def pinned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A distribution of one small jar."""
    dist = tmp_path / "dist"
    dist.mkdir()
    (dist / "pom.xml").write_text("<project/>")
    (dist / "jars.sha256").write_text(f"{hashlib.sha256(JAR).hexdigest()}  one.jar\n")
    monkeypatch.setattr(kafka_jars, "DIST", dist)
    return dist


def maven(folder: Path, content: str, calls: Path) -> None:
    """A Maven that 'downloads' one.jar and counts its calls."""
    program(
        folder,
        "mvn",
        f'echo call >> {calls}; for a; do case "$a" in -DoutputDirectory=*) d="${{a#*=}}";; esac; done; '
        f'/bin/mkdir -p "$d"; /bin/sleep 0.3; printf "{content}" > "$d/one.jar"',
    )


def test_no_java_is_said_with_the_way_to_get_it(programs: Path) -> None:
    with pytest.raises(LocalError, match=r"needs Java 17 or later and there is none: install Maven"):
        java.find_java()


def test_an_old_java_is_named(programs: Path) -> None:
    program(programs, "java", """echo 'openjdk version "11.0.2" 2019-01-15' >&2""")
    with pytest.raises(LocalError, match=r'is openjdk version "11\.0\.2".*: install Maven'):
        java.find_java()


def test_java_home_comes_before_the_path(programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home := tmp_path / "jdk" / "bin").mkdir(parents=True)
    program(home, "java", """echo 'openjdk version "21.0.1" 2023-10-17' >&2""")
    monkeypatch.setenv("JAVA_HOME", str(home.parent))
    assert java.find_java() == str(home / "java")


def test_no_maven_is_said_with_the_way_to_get_it(programs: Path, pinned: Path, tmp_path: Path) -> None:
    with pytest.raises(LocalError, match=r"Maven \(`mvn`\) is missing.*apt-get install maven"):
        kafka_jars.jars(cache=tmp_path / "cache")


def test_jars_are_fetched_once_and_a_spoilt_one_again(programs: Path, pinned: Path, tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    maven(programs, "a jar", calls)
    folder = kafka_jars.jars(cache=tmp_path / "cache")
    assert (folder / "one.jar").read_bytes() == JAR
    assert kafka_jars.jars(cache=tmp_path / "cache") == folder
    assert calls.read_text() == "call\n"
    (folder / "one.jar").write_bytes(b"spoilt")
    kafka_jars.jars(cache=tmp_path / "cache")
    assert (folder / "one.jar").read_bytes() == JAR


def test_jars_with_other_checksums_are_refused_and_not_kept(programs: Path, pinned: Path, tmp_path: Path) -> None:
    maven(programs, "evil", tmp_path / "calls")
    with pytest.raises(LocalError, match=r"do not have the pinned checksums, so they are not used: one\.jar"):
        kafka_jars.jars(cache=tmp_path / "cache")
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".lock"]


def test_two_processes_at_once_fetch_once(programs: Path, pinned: Path, tmp_path: Path) -> None:
    maven(programs, "a jar", calls := tmp_path / "calls")
    fetch = "import pathlib, sys; from eskalera import kafka_jars; dist, cache = map(pathlib.Path, sys.argv[1:]); "
    fetch += "kafka_jars.DIST = dist; kafka_jars.jars(cache=cache)"
    command = [sys.executable, "-c", fetch, str(pinned), str(tmp_path / "cache")]
    processes = [subprocess.Popen(command) for _ in range(2)]
    assert [process.wait(timeout=60) for process in processes] == [0, 0]
    assert calls.read_text() == "call\n"


def test_the_pinned_list_names_the_broker() -> None:
    lines = (Path(kafka_jars.__file__).parent / "kafka_dist" / "jars.sha256").read_text().splitlines()
    assert any(line.endswith(f"  kafka_2.13-{kafka_jars.KAFKA_VERSION}.jar") for line in lines)


def test_a_full_disk_is_recognised_in_our_own_writes_and_in_a_programs_log(tmp_path: Path) -> None:
    log = tmp_path / "postgres.log"
    log.write_text('FATAL:  could not write lock file "postmaster.pid": No space left on device\n')
    assert is_full_disk(StartError("postgres", "ended with code 1", log))
    assert is_full_disk(OSError(errno.ENOSPC, "No space left on device"))
    assert not is_full_disk(OSError(errno.EACCES, "Permission denied"))
