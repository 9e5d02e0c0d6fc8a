import stat
from pathlib import Path

from eskalera.layout import Layout


def test_a_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    home = Layout(tmp_path / "data", 8080)
    home.make()
    path = home.secret_file("one", prefix="whsec_")
    first = path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert first.startswith("whsec_")
    assert len(first) >= 32 + len("whsec_")
    assert home.secret("one", prefix="whsec_") == first
    assert home.secret("two") != first.removeprefix("whsec_")


def test_others_may_not_look_into_logs_files_and_secrets(tmp_path: Path) -> None:
    home = Layout(tmp_path / "data", 8080)
    home.make()
    modes = {stat.S_IMODE((home.data / name).stat().st_mode) for name in ("logs", "objects", "secrets")}
    assert modes == {0o700}
