"""The Containerfile builds every service from the lock, for nobody with rights. No image was built here."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from contracts.events.registry import PRODUCERS

CHECKOUT = Path(__file__).parents[3]
TEXT = (CHECKOUT / "deploy/images/Containerfile").read_text()


def instructions() -> list[tuple[str, str]]:
    joined = re.sub(r"\\\n\s*", "", "\n".join(line for line in TEXT.splitlines() if not line.startswith("#")))
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in joined.splitlines() if line]


def test_what_it_copies_is_there_and_is_let_through() -> None:
    ignored = (CHECKOUT / ".dockerignore").read_text().splitlines()
    for name, rest in instructions():
        if name == "COPY" and not rest.startswith("--from"):
            for source in shlex.split(rest)[:-1]:
                assert (CHECKOUT / source).exists(), source
                assert f"!{source}" in ignored or f"!{source.split('/')[0]}" in ignored, source


def test_every_member_of_the_workspace_is_copied() -> None:
    copied = {shlex.split(rest)[0] for name, rest in instructions() if name == "COPY" and not rest.startswith("--from")}
    members = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"]["uv"]["workspace"]["members"]
    assert {member.removesuffix("/*") for member in members} <= copied


@pytest.mark.parametrize("service", sorted(PRODUCERS))
def test_every_service_is_a_package_with_an_entry_point_of_the_name_it_builds(service: str) -> None:
    project = tomllib.loads((CHECKOUT / f"services/{service}/pyproject.toml").read_text())["project"]
    assert project["name"] == f"eskalera-{service}"
    assert (CHECKOUT / f"services/{service}" / service.replace("-", "_")).is_dir()


def test_packages_come_from_the_lock_without_those_of_development() -> None:
    assert "uv sync --frozen --no-dev --no-editable --package" in TEXT


def test_it_takes_the_uv_that_the_checkout_takes() -> None:
    (wanted,) = re.findall(r"^UV_VERSION=(\S+)", (CHECKOUT / "deploy/local/setup.sh").read_text(), re.MULTILINE)
    assert f"uv=={wanted}" in TEXT


def test_the_image_runs_as_the_pods_user() -> None:
    last = [rest for name, rest in instructions() if name == "USER"]
    assert last == ["10001:10001"]
    patch = (CHECKOUT / "deploy/k8s/base/patches/deployment.yaml").read_text()
    assert "runAsUser: 10001" in patch
    assert "runAsGroup: 10001" in patch


def test_the_base_is_the_python_of_the_checkout_and_a_fixed_release() -> None:
    python = (CHECKOUT / ".python-version").read_text().strip()
    bases = [rest.split()[0] for name, rest in instructions() if name == "FROM"]
    assert bases == [f"python:{python}-slim-bookworm"] * 2
