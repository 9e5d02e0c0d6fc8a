"""A tiny part of a topology: `python -m tests.support.fake_part PORT [slow] [stubborn] [family] [fails]`.

`slow` takes a second to stop, `stubborn` ignores SIGTERM and SIGINT, `family` starts a child that does too, `fails`
ends at once with a complaint. When it is asked to stop, it logs the time.
"""

import signal
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

SLEEPER = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(300)"


class Ready(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def stop(traits: list[str]) -> None:
    print(f"asked to stop at {time.time()}", flush=True)
    if "slow" in traits:
        time.sleep(1)
    print(f"stopped at {time.time()}", flush=True)
    sys.exit()


def main(port: int, traits: list[str]) -> None:
    if "fails" in traits:
        sys.exit("FAKE_SETTING is missing: say how.")
    signal.signal(signal.SIGTERM, lambda *_: stop(traits))
    if "stubborn" in traits:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    if "family" in traits:
        subprocess.Popen([sys.executable, "-c", SLEEPER])
    print("up", flush=True)
    HTTPServer(("127.0.0.1", port), Ready).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
