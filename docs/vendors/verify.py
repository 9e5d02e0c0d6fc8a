#!/usr/bin/env python3
"""Proves a hand-off of Eskalera whole. One file, Python's standard library only: copy it, read it, run it.

    python3 verify.py MESSAGE.json                  the message or the bundle inside it
    python3 verify.py NEXT.json --after FIRST.json  one that continues another of the same hand-off

Exit code 0: whole. 1: it says what is missing, moved or changed. 2: there is nothing to prove in that file, as it is
not there, is no JSON, holds no bundle, is of a kind that is not known here, or has a name twice in one object, of
which every reader takes another.
"""

import argparse
import base64
import hashlib
import hmac
import json
import sys
from datetime import datetime, timezone

GENESIS = "0" * 64


class OneOf(frozenset):
    """These words alone."""


KINDS = OneOf(
    (
        *("filed", "reply", "note", "question", "answer", "linked", "unlinked"),
        *("suggestion_refused", "triaged", "scope_raised", "superseded", "assigned", "handed_over", "acknowledged"),
        *("failed", "vendor_entry", "vendor_status", "proposal", "proposal_rejected", "returned", "taken_back"),
        *("released", "resolved", "confirmed", "reopened", "withdrawn", "erased", "closed"),
        *(
            "escalation_requested",
            "escalated",
            "urgency_changed",
            "policy_stopped",
            "major_declared",
            "breached",
            "paused",
        ),
        *("resumed", "gathered", "decided", "stage", "planned"),
    )
)
HEAD = {"seq": int, "hash": str}
ENTRY = dict.fromkeys(("case", "prev", "hash", "party", "caused_by"), str) | {
    "kind": KINDS,
    "seq": int,
    "at": datetime,
    "digests": {"*": str},
    "disclosures?": {"*": {"salt": str, "value": object}},
}
BUNDLE = {
    "handoff": str,
    "municipality": str,
    "subject": dict.fromkeys(("incident", "title", "service"), str)
    | {
        "kind": OneOf(("incident", "request", "need", "idea")),
        "schools": [str],
        "tickets": int,
        "urgency": int,
        "opened_at": datetime,
    },
    "chains": [
        {
            "case": str,
            "case_kind": OneOf(("incident", "ticket")),
            "number?": (str,),
            "after?": (HEAD,),
            "entries": [ENTRY],
        }
    ],
    "heads": {"*": HEAD},
    "digest": str,
    "partial?": bool,
    "files?": [dict.fromkeys(("case", "name", "media_type", "sha256", "url"), str) | {"seq": int, "size": int}],
}
"""What is of which type: `name?` may be left out, `*` is any name, `(this,)` may be null, `object` is anything."""
NOT = {int: "is no whole number", str: "is no text", bool: "is neither true nor false"}


def odd(value, shape=BUNDLE, at=""):
    """Where something is of another type than it has in a bundle, in words; None where nothing is.

    Only so may the rest be compared: to Python `true` is 1, and 1.0 too.
    """
    if shape is object or (isinstance(shape, tuple) and value is None):
        return None
    if isinstance(shape, OneOf):
        return None if isinstance(value, str) and value in shape else f"{at} is none of the words that are known here"
    if isinstance(shape, tuple):
        return odd(value, shape[0], at)
    if shape is datetime:
        return None if is_time(value) else f"{at} is no time such as 2026-10-05T07:33:35+02:00"
    if isinstance(shape, type):
        return None if type(value) is shape else f"{at} {NOT[shape]}"
    if isinstance(shape, list):
        if not isinstance(value, list):
            return f"{at} is no list"
        parts = [(place, each, shape[0]) for place, each in enumerate(value)]
    elif not isinstance(value, dict):
        return f"{at} is no JSON object"
    elif "*" in shape:
        parts = [(name, each, shape["*"]) for name, each in value.items()]
    else:
        missing = [name for name in shape if not name.endswith("?") and name not in value]
        if missing:
            return f"{at}/{missing[0]} is required"
        known = {name.rstrip("?"): part for name, part in shape.items()}
        parts = [(name, value[name], part) for name, part in known.items() if name in value]
    return next((found for name, each, part in parts if (found := odd(each, part, f"{at}/{name}"))), None)


def is_time(value):
    try:
        return datetime.fromisoformat(value.replace("Z", "+00:00")).tzinfo is not None
    except (AttributeError, ValueError):
        return False


def canonical(value):
    """The one spelling of a value (RFC 8785), for ASCII keys, strings, whole numbers, true, false and null."""
    if isinstance(value, float):
        raise ValueError("no digest is computed over fractions")
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        canonical(inner)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(value):
    return hashlib.sha256(canonical(value)).hexdigest()


def hash_of(entry):
    """Over the entry's place and the digests of its fields; so an entry that is not shown can be proven too."""
    at = datetime.fromisoformat(entry["at"].replace("Z", "+00:00")).astimezone(timezone.utc)
    covered = {name: entry[name] for name in ("case", "seq", "prev", "party", "kind", "caused_by", "digests")}
    return digest(covered | {"at": at.isoformat(timespec="microseconds")})


def wrong_in_entry(entry, seq, prev):
    if entry["seq"] != seq:
        yield f"expected number {seq}"
    if entry["prev"] != prev:
        yield "does not continue the entry before it"
    if entry["hash"] != hash_of(entry):
        yield "its hash is not that of its content"
    for name, shown in entry.get("disclosures", {}).items():
        try:
            real = digest([shown["salt"], shown["value"]])
        except ValueError:
            real = None
        if real is None or entry["digests"].get(name) != real:
            yield f"the {name} shown is not the one recorded"


def wrong_in_chain(chain, head, known):
    """`head`: where the bundle says that it ends; `known`: where your own copy ends, or None."""
    if chain.get("after") != known:
        yield 0, "it does not begin where your copy ends"
        return
    seq, prev = (known["seq"], known["hash"]) if known else (0, GENESIS)
    for entry in chain["entries"]:
        for why in wrong_in_entry(entry, seq + 1, prev):
            yield entry["seq"], why
        if entry["case"] != chain["case"]:
            yield entry["seq"], "it belongs to another case"
        seq, prev = entry["seq"], entry["hash"]
    if not chain["entries"] or head != {"seq": seq, "hash": prev}:
        yield (head or {"seq": 0})["seq"], "it does not end at the head named"


def prove(bundle, known=None):
    """[(case, number, what is wrong)]; empty where the bundle is whole. `known`: {case: head} of what you have.

    Of a bundle of which nothing is `odd`.
    """
    known = known or {}
    found = []
    for chain in bundle["chains"]:
        case = chain["case"]
        found += [(case, *each) for each in wrong_in_chain(chain, bundle["heads"].get(case), known.get(case))]
    carried = {chain["case"] for chain in bundle["chains"]}
    for case, head in bundle["heads"].items():
        if case not in carried and known.get(case) != head:
            found.append((case, head["seq"], "its chain is missing"))
    incident = bundle["subject"]["incident"]
    if incident not in bundle["heads"] and not bundle.get("partial"):
        found.append((incident, 0, "the incident's own chain is missing"))
    ordered = [[chain["case"], [entry["hash"] for entry in chain["entries"]]] for chain in bundle["chains"]]
    if bundle["digest"] != digest(ordered):
        found.append((incident, 0, "the digest is not that of the entries"))
    return [*found, *wrong_in_files(bundle)]


def wrong_in_files(bundle):
    """The files that are named to be fetched are those that the entries show, and no other."""
    named = {}
    for file in bundle.get("files", []):
        told = {name: file[name] for name in ("sha256", "name", "media_type", "size")}
        named.setdefault((file["case"], file["seq"]), []).append(told)
    for entry in (entry for chain in bundle["chains"] for entry in chain["entries"]):
        shown = [each["value"] for name, each in entry.get("disclosures", {}).items() if name.startswith("file:")]
        told = named.pop((entry["case"], entry["seq"]), [])
        if len(shown) != len(told) or any(each not in told for each in shown):
            yield entry["case"], entry["seq"], "the files named are not those that it shows"
    for case, number in named:
        yield case, number, "a file is named of an entry that is not here"


def is_genuine(secrets, headers, body, now):
    """Whether one of the secrets signed these bytes, at most five minutes ago or ahead (Standard Webhooks, v1).

    `headers` with lower-case names; `body` as it came; `now` in seconds. Check before you parse.
    """
    try:
        named = [headers[name] for name in ("webhook-id", "webhook-timestamp", "webhook-signature")]
        if abs(now - int(named[1])) > 300:
            return False
    except (KeyError, ValueError):
        return False
    given = [part.partition(",")[2] for part in named[2].split() if part.startswith("v1,")]
    for secret in secrets:
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = hmac.digest(key, f"{named[0]}.{named[1]}.".encode() + body, "sha256")
        if any(hmac.compare_digest(base64.b64encode(signed).decode(), each) for each in given):
            return True
    return False


class Twice(ValueError):
    pass


def once(pairs):
    """A JSON object; Twice where it has a name two times."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise Twice(next(name for name in names if names.count(name) > 1))
    return found


def bundle_in(file):
    try:
        with open(file, encoding="utf-8-sig") as source:
            content = json.load(source, object_pairs_hook=once)
    except Twice as error:
        raise ValueError(f"{file}: {error} stands there twice") from error
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{file} is not JSON") from error
    data = content.get("data") if isinstance(content, dict) else None
    bundle = data.get("bundle") if isinstance(data, dict) else content
    if not isinstance(bundle, dict) or "chains" not in bundle:
        raise ValueError(f"{file} holds no bundle")
    if wrong := odd(bundle):
        raise ValueError(f"{file} holds no bundle: {wrong}")
    return bundle


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file")
    parser.add_argument("--after", help="the message before it, of the same hand-off")
    asked = parser.parse_args()
    try:
        bundle = bundle_in(asked.file)
        wrong = prove(bundle, bundle_in(asked.after)["heads"] if asked.after else None)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    for case, number, why in wrong:
        print(f"{case} number {number}: {why}", file=sys.stderr)
    entries = sum(len(chain["entries"]) for chain in bundle["chains"])
    print(f"{asked.file}: {'NOT ' if wrong else ''}whole, {entries} entries, digest {bundle['digest'][:12]}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
