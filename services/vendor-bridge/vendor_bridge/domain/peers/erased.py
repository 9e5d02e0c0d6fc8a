"""What another Eskalera's message says once some of it was erased there. Pure.

Its entries stand and prove as before, without their words, so that whoever counts them misses none.
"""

import json
from collections.abc import Sequence
from typing import Any

from contracts.webhooks import Forgotten


def without(body: bytes, forget: Sequence[Forgotten]) -> bytes | None:
    """The message as it may be kept; None: it holds nothing of that."""
    message = json.loads(body)
    data, before = message["data"], json.dumps(message, sort_keys=True)
    erased = {(each.case, seq) for each in forget for seq in each.entries}
    whole = {each.case for each in forget if each.whole}
    if (data.get("answer") or {}).get("ticket") in whole:
        data["answer"]["text"] = dict.fromkeys(data["answer"]["text"], "")
    if (bundle := data.get("bundle")) is not None:
        _forget(bundle, erased, whole)
    if json.dumps(message, sort_keys=True) == before:
        return None
    return json.dumps(message, ensure_ascii=False).encode()


def _forget(bundle: dict[str, Any], erased: set[tuple[str, int]], whole: set[str]) -> None:
    for entry in (entry for chain in bundle["chains"] for entry in chain["entries"]):
        if (entry["case"], entry["seq"]) in erased:
            entry["disclosures"] = {}
    bundle["files"] = [file for file in bundle.get("files", ()) if (file["case"], file["seq"]) not in erased]
    for told in ("reporters", "spots"):
        if told in bundle["around"]:
            bundle["around"][told] = [one for one in bundle["around"][told] if one["ticket"] not in whole]
