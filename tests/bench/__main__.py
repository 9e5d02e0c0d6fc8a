"""Every measurement, one after the other: `python -m tests.bench [NAME …]`.

A measurement is a module here whose docstring names its command. Each runs in a process of its own, so that one's
memory and imports are not another's figures; what all found stands in one table at the end. Exit code 1 when one
failed or missed what it promises.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import results
from tests.support.servers import ROOT

HERE = Path(__file__).parent


def measurements() -> list[str]:
    return sorted(
        path.stem
        for path in HERE.glob("*.py")
        if f"python -m tests.bench.{path.stem}" in path.read_text(encoding="utf-8")
    )


def main() -> int:
    known = measurements()
    parser = argparse.ArgumentParser(prog="tests.bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of {', '.join(known)}; all without")
    names = parser.parse_args().names or known
    if unknown := sorted(set(names) - set(known)):
        parser.error(f"no measurement {', '.join(unknown)}; there are {', '.join(known)}")
    missed = []
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as found:
        for name in names:
            print(f"\n== {name}", flush=True)
            began = time.monotonic()
            command = [sys.executable, "-m", f"tests.bench.{name}"]
            if subprocess.run(command, cwd=ROOT, env=os.environ | {results.VARIABLE: found.name}).returncode:
                missed.append(name)
            print(f"({time.monotonic() - began:.0f} s)", flush=True)
        lines = results.read(Path(found.name))
    print(f"\n{results.table(lines)}\n\n{len(names)} measurements, failed or missed: {', '.join(missed) or 'none'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
