"""`python -m eskalera.demo_vendor --port N --file FILE --connections FILE --bridge URL`."""

import argparse
import asyncio
from pathlib import Path

import uvicorn

from eskalera.demo_vendor.app import create_app
from eskalera.demo_vendor.casebook import Casebook
from eskalera.demo_vendor.connections import read
from eskalera.ports import LOOPBACK


def main() -> None:
    """Serves until a signal."""
    parser = argparse.ArgumentParser(prog="eskalera.demo_vendor")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--file", type=Path, required=True, help="SQLite file that keeps the cases")
    parser.add_argument(
        "--connections", type=Path, required=True, help='JSON file {connection: {"secret": whsec_…, "token": …}}'
    )
    parser.add_argument("--bridge", required=True, help="address of the vendor bridge")
    options = parser.parse_args()
    app = create_app(Casebook(options.file), read(options.connections), options.bridge)
    config = uvicorn.Config(app, host=LOOPBACK, port=options.port, log_level="warning", timeout_graceful_shutdown=2)
    asyncio.run(uvicorn.Server(config).serve())


if __name__ == "__main__":
    main()
