"""Chains that are read again and again: what did not change is parsed and verified once."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from contracts.timeline import Broken, Entry, verify


@dataclass
class Chains:
    """Keeps every entry by its stored text: ticketing's and the bridge's are the same."""

    _entries: dict[str, Entry] = field(default_factory=dict)
    _verified: dict[tuple[int, ...], list[Broken]] = field(default_factory=dict)

    def read(self, rows: Iterable[dict[str, Any]]) -> dict[str, list[Entry]]:
        """By case, of rows with the entries' `content` as text."""
        chains: dict[str, list[Entry]] = defaultdict(list)
        for row in rows:
            content = row["content"]
            entry = self._entries.get(content)
            if entry is None:
                entry = self._entries[content] = Entry.model_validate_json(content)
            chains[entry.case].append(entry)
        return dict(chains)

    def broken(self, chains: dict[str, list[Entry]]) -> list[Broken]:
        """Every place where one of them does not hold."""
        return [broken for entries in chains.values() for broken in self._broken(entries)]

    def _broken(self, entries: list[Entry]) -> list[Broken]:
        same = tuple(map(id, entries))  # the entries are kept above: an id stays its entry's
        if same not in self._verified:
            self._verified[same] = verify(entries)
        return self._verified[same]
