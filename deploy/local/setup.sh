#!/usr/bin/env bash
# Checks what Eskalera needs on this machine, then makes .venv from uv.lock. Harmless to run again.
# Usage: deploy/local/setup.sh [--check]      --check: only look, change nothing.
set -euo pipefail
cd "$(dirname "$0")/../.."

UV_VERSION=0.13.9
missing=()

runs_311() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

python=""
for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3.14 python3; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null && runs_311 "$candidate"; then
        python=$(command -v "$candidate")
        break
    fi
done
if [ -z "$python" ]; then
    missing+=("Python 3.11 or later is missing. Debian 12: apt-get install python3 python3-venv; macOS: brew install python@3.12.")
elif ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    missing+=("The venv module of $python is missing. Debian: apt-get install python3-venv.")
fi

# A Kafka of one's own needs neither Java nor Maven here.
if [ -z "${KAFKA_BOOTSTRAP_SERVERS:-}" ]; then
    command -v mvn >/dev/null ||
        missing+=("Maven is missing; it fetches Apache Kafka once. Debian: apt-get install maven; macOS: brew install maven.")
    java=${JAVA_HOME:+$JAVA_HOME/bin/}java
    major=$("$java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' || true)
    if [ "${major:-0}" -lt 17 ]; then
        missing+=("Java 17 or later is missing (found: ${major:-none}); Maven brings it. Debian: apt-get install maven; macOS: brew install maven.")
    fi
fi

if [ ${#missing[@]} -gt 0 ]; then
    printf 'eskalera: %s\n' "${missing[@]}" >&2
    exit 1
fi
[ "${1:-}" = --check ] && exit 0

if [ ! -x .venv/bin/python ] || ! runs_311 .venv/bin/python; then
    echo "Making .venv with $python …"
    "$python" -m venv --clear .venv
fi
if ! .venv/bin/uv --version 2>/dev/null | grep -qF "uv $UV_VERSION "; then
    echo "Installing uv $UV_VERSION into .venv …"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$UV_VERSION"
fi
echo "Installing the locked packages into .venv …"
# Compiled once here: every process of every start would do it again where Python may not write beside its sources.
UV_PYTHON_DOWNLOADS=never .venv/bin/uv sync --frozen --quiet --compile-bytecode --python .venv/bin/python
.venv/bin/python -m compileall -q chassis contracts grouping services deploy/local
touch .venv/.synced
