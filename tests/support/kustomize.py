"""A kustomize to render with: the pinned one, built once into the user's cache, else the one inside kubectl."""

import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

VERSION = "v5.8.1"
BUILD_SECONDS = 280


class NoKustomize(Exception):
    """Why nothing can be rendered on this machine."""


def render(folder: Path) -> str:
    """The YAML of a kustomization; NoKustomize where there is no tool, AssertionError with its words where it fails."""
    done = subprocess.run([*_command(), str(folder)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@cache
def _command() -> tuple[str, ...]:
    cached = _cache() / f"kustomize-{VERSION}"
    failure = "" if cached.exists() or not shutil.which("go") else _build(cached)
    if cached.exists():
        return (str(cached), "build")
    if shutil.which("kubectl"):
        return ("kubectl", "kustomize")
    raise NoKustomize(f"neither Go (it builds kustomize {VERSION}) nor kubectl is here. {failure}".strip())


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "eskalera"


def _build(target: Path) -> str:
    """Empty, or why it could not be built."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        module = f"sigs.k8s.io/kustomize/kustomize/v5@{VERSION}"
        try:
            built = subprocess.run(
                ["go", "install", module],
                env={**os.environ, "GOBIN": folder},
                capture_output=True,
                text=True,
                timeout=BUILD_SECONDS,
            )
        except subprocess.TimeoutExpired:
            return f"Building it took longer than {BUILD_SECONDS} s."
        if built.returncode:
            return f"Go said: {built.stderr.strip()[-300:]}"
        Path(folder, "kustomize").replace(target)
    return ""
