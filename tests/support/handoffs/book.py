"""A vendor's system that keeps what it got as docs/vendors/client.py does, with that program's own code."""

import importlib.util
import json
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

from standardwebhooks import Webhook

from tests.support.handoff_life import ROOT

_FOLDER = ROOT / "docs" / "vendors"


def _program(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, _FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(name, module)  # client.py imports verify.py beside it
    spec.loader.exec_module(module)
    return module


VERIFY, CLIENT = _program("verify"), _program("client")


@dataclass
class Saying:
    """A message of the vendor; `body` and `id` are the same each time it is sent. `answered`: with a 2xx;
    `refused`: it named a report that had left the case.
    """

    id: str
    kind: str
    handoff: str
    body: bytes
    mark: str | None
    answered: int = 0
    refused: bool = False


@dataclass
class Book:
    """One vendor of one municipality."""

    municipality: str
    party: str
    connection: str
    secret: str
    state: dict[str, Any] = field(default_factory=lambda: {"seen": [], "heads": {}, "cases": {}})
    came: list[tuple[str, bytes]] = field(default_factory=list)
    """(webhook-id, body) of each arrival, repeats too."""
    copies: dict[str, dict[str, list[dict[str, Any]]]] = field(default_factory=dict)
    """{hand-off: {case: its entries as they were shown}}"""
    wrong: list[Any] = field(default_factory=list)
    """What it could not prove, though it had lost nothing."""
    lost: set[str] = field(default_factory=set)
    """Hand-offs of which an older copy was put back."""
    sayings: list[Saying] = field(default_factory=list)

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """The status of its answer."""
        if not VERIFY.is_genuine([self.secret], headers, body, datetime.now(UTC).timestamp()):
            return 401
        message, name = json.loads(body), headers["webhook-id"]
        is_new = name not in self.state["seen"]
        self.came.append((name, body))
        vars(CLIENT).update(stored=lambda: self.state, keep=lambda _state: None)
        wrong = CLIENT.take(message, name)
        handoff = message["data"]["handoff"]
        if wrong and handoff not in self.lost:
            self.wrong += wrong
        if is_new and not wrong:
            self._copy(message["data"])
        return 200

    def _copy(self, data: dict[str, Any]) -> None:
        copy = self.copies.setdefault(data["handoff"], {})
        for chain in data["bundle"]["chains"]:
            there = copy.setdefault(chain["case"], [])
            there += chain["entries"][max(len(there) - chain["entries"][0]["seq"] + 1, 0) :]

    def loses(self, handoff: str, entries: int) -> None:
        """An older copy is put back: each chain is so much shorter."""
        self.lost.add(handoff)
        heads = self.state["heads"][handoff]
        for case, chain in list(self.copies[handoff].items()):
            del chain[max(len(chain) - entries, 0) :]
            if chain:
                heads[case] = {"seq": chain[-1]["seq"], "hash": chain[-1]["hash"]}
            else:
                del heads[case], self.copies[handoff][case]

    # ---- what it knows

    def messages(self, handoff: str) -> list[dict[str, Any]]:
        """The data of each message of a hand-off, once, in the order in which they came first."""
        return [message["data"] for message in self.state["cases"].get(handoff, [])]

    def handoffs(self) -> list[str]:
        return list(self.state["cases"])

    def heads(self, handoff: str) -> dict[str, Any]:
        return dict(self.state["heads"].get(handoff, {}))

    def tickets(self, handoff: str) -> list[str]:
        return [case for case in self.copies.get(handoff, {}) if case.startswith("tk_")]

    def asked(self, handoff: str) -> list[str]:
        """Its questions of a hand-off, by its own names."""
        own = (each for each in self.sayings if (each.kind, each.handoff) == ("information_requested", handoff))
        return [each.mark for each in own if each.mark is not None]

    # ---- what it says

    def says(self, kind: str, handoff: str, mark: str | None = None, **data: Any) -> Saying:
        """Written down, to be sent until it is answered."""
        said = {"handoff": handoff, **({"text": mark} if mark else {}), **data}
        body = json.dumps({"type": kind, "data": said}).encode()
        saying = Saying(f"vm_{self.municipality}_{self.party[7:]}_{len(self.sayings)}", kind, handoff, body, mark)
        self.sayings.append(saying)
        return saying

    def unanswered(self) -> list[Saying]:
        return [saying for saying in self.sayings if not (saying.answered or saying.refused)]

    def signed(self, saying: Saying) -> dict[str, str]:
        at = datetime.now(UTC)
        return {
            "webhook-id": saying.id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(self.secret).sign(saying.id, at, saying.body.decode()),
        }
