#!/usr/bin/env python3
"""A small vendor: takes hand-offs of Eskalera, proves them, acknowledges them, and says things. Standard library only.

    python3 client.py --secret whsec_… --bridge https://bridge.example/webhooks/our-name [--port 8099]

It keeps what it got in `vendor.json`. Then, from another terminal:

    python3 client.py --secret … --bridge … say entry_added ho_… "En tekniker är på väg."
    python3 client.py --secret … --bridge … say status_changed ho_… "Byter routern." status=in_progress

Read it as an example: a real system answers 2xx only once it has stored the message, as this one does.
"""

import argparse
import base64
import hashlib
import hmac
import json
import sys
import time
import urllib.error
import urllib.request
import uuid
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import verify

STORE = Path("vendor.json")
KNOWN = {"offered", "updated", "answered", "accepted", "rejected", "released", "taken_back", "completed", "redacted"}
TRIAL = "prov"  # the municipality of the case that `eskalera vendor check` makes up: the bridge knows nothing of it


def stored():
    if STORE.exists():
        return json.loads(STORE.read_text(encoding="utf-8"))
    return {"seen": [], "heads": {}, "cases": {}}


def keep(state):
    """Whole or not at all: a crash leaves the file as it was."""
    beside = STORE.with_suffix(".new")
    beside.write_text(json.dumps(state, ensure_ascii=False, indent=1), encoding="utf-8")
    beside.replace(STORE)


def take(message, webhook_id):
    """Stores a genuine message; what is wrong with its story, if anything."""
    state, data = stored(), message["data"]
    if webhook_id in state["seen"]:
        return []  # a repeat: the same id is the same message
    handoff, bundle = data["handoff"], data.get("bundle")
    had = state["heads"].get(handoff, {})
    odd = verify.odd(bundle) if bundle else None
    if odd:
        wrong, data["bundle"] = [odd], None  # nothing that could be proven, or deleted later
    else:
        known = begins(bundle, had, state["cases"].get(handoff, [])) if bundle else {}
        wrong = verify.prove(bundle, known) if bundle else []
    if bundle and not wrong:
        newer = {case: head for case, head in bundle["heads"].items() if head["seq"] >= had.get(case, head)["seq"]}
        state["heads"][handoff] = had | newer
    if data["message"] == "redacted":
        forget(state["cases"].get(handoff, []), data["forget"])
    state["cases"].setdefault(handoff, []).append(message)
    state["seen"].append(webhook_id)
    keep(state)
    return wrong


def begins(bundle, had, messages):
    """{case: head} from which a story is proven: where our copy ends, or earlier where it repeats what our copy has."""
    kept = {(each["case"], each["seq"], each["hash"]) for message in messages for each in entries_of(message["data"])}
    known = dict(had)
    for chain in bundle["chains"]:
        case, after = chain["case"], chain["after"]
        again = [each for each in chain["entries"] if case in had and each["seq"] <= had[case]["seq"]]
        if again and all((case, each["seq"], each["hash"]) in kept for each in again):
            known[case] = after
    return {case: head for case, head in known.items() if head}


def entries_of(data):
    """All entries of a message's story."""
    return [entry for chain in (data.get("bundle") or {"chains": []})["chains"] for entry in chain["entries"]]


def forget(messages, gone):
    """Deletes what was erased from the messages that were kept: the entries stand, without their words."""
    erased = {(each["case"], seq) for each in gone for seq in each["entries"]}
    whole = {each["case"] for each in gone if each["whole"]}
    for data in (message["data"] for message in messages):
        if (data.get("answer") or {}).get("ticket") in whole:
            data["answer"] = None
        bundle = data.get("bundle") or {"chains": [], "around": {}}
        for entry in entries_of(data):
            if (entry["case"], entry["seq"]) in erased:
                entry["disclosures"] = {}
        bundle["files"] = [each for each in bundle.get("files", []) if (each["case"], each["seq"]) not in erased]
        for told in ("reporters", "spots") if whole else ():
            bundle["around"][told] = [each for each in bundle["around"].get(told, ()) if each["ticket"] not in whole]


def say(bridge, secret, kind, **data):
    """Sends one signed message; the bridge's answer. The same `webhook-id` again would be the same message."""
    body = json.dumps({"type": kind, "data": data}, ensure_ascii=False).encode()
    webhook_id, timestamp = f"msg_{uuid.uuid4().hex}", str(int(time.time()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = base64.b64encode(hmac.digest(key, f"{webhook_id}.{timestamp}.".encode() + body, "sha256")).decode()
    headers = {
        "content-type": "application/json",
        "webhook-id": webhook_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{signed}",
    }
    request = urllib.request.Request(bridge, body, headers)
    try:
        with urllib.request.urlopen(request, timeout=15) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def fetch(bundle, token, folder=Path()):
    """The files that a bundle names, proven by their SHA-256; kept under the digest, never under a sent name."""
    for file in bundle.get("files", ()):
        request = urllib.request.Request(file["url"], headers={"authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            content = answer.read()
        if hashlib.sha256(content).hexdigest() != file["sha256"]:
            raise ValueError(f"{file['url']} is not what was recorded")
        (folder / file["sha256"]).write_bytes(content)
        print("fetched:", file["name"], file["size"], "bytes")


def serve(port, bridge, secret, token=None):
    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            if not verify.is_genuine([secret], headers, body, time.time()):
                self.answer(401)
                return
            message = json.loads(body)
            if message["type"] not in {f"se.eskalera.handoff.{kind}.v1" for kind in KNOWN}:
                self.answer(200)  # a kind that is not known yet is no error
                return
            if not (message["data"].get("bundle") or message["data"].get("bundle_link")):
                print("refused: a hand-off without its story, neither bundle nor bundle_link")
                self.answer(422)
                return
            wrong = take(message, headers["webhook-id"])
            self.answer(200)
            data = message["data"]
            print(message["type"], data["handoff"], data["subject"]["title"], wrong or "whole")
            if token and data.get("bundle") and not wrong:
                fetch(data["bundle"], token)
            if data["message"] == "offered" and not wrong and data["municipality"] != TRIAL:
                heads = stored()["heads"].get(data["handoff"], {})
                print("acknowledged:", *say(bridge, secret, "acknowledged", handoff=data["handoff"], heads=heads))

        def answer(self, status):
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    print(f"listening on http://127.0.0.1:{port}/")
    HTTPServer(("127.0.0.1", port), Endpoint).serve_forever()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--secret", required=True)
    parser.add_argument("--bridge", required=True, help="the address of your connection at the bridge")
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--token", help="the connection's bearer token: fetches the files that come with a case")
    parser.add_argument("words", nargs="*", metavar="say KIND HANDOFF TEXT [FIELD=VALUE …]")
    asked = parser.parse_args()
    if asked.words[:1] == ["say"] and len(asked.words) >= 4 and all("=" in field for field in asked.words[4:]):
        _, kind, handoff, text, *fields = asked.words
        data = {"handoff": handoff, **({"text": text} if text else {}), **dict(each.split("=", 1) for each in fields)}
        status, answer = say(asked.bridge, asked.secret, kind, **data)
        print(status, answer)
        return 0 if status == 202 else 1
    if asked.words:
        parser.error("say KIND HANDOFF TEXT [FIELD=VALUE …]")
    serve(asked.port, asked.bridge, asked.secret, asked.token)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(0)
