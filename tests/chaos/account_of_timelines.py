"""The chains: whole, each fact in them once, the same in the bridge (N4)."""

from collections import Counter
from collections.abc import Iterable, Iterator

from contracts.timeline import head_of
from tests.chaos.evidence import Evidence, Finding
from tests.chaos.load import Load


def chains_are_whole(evidence: Evidence, _load: Load) -> Iterator[Finding]:
    """Gapless, unbroken, ending where their case says."""
    yield from (Finding("lost", f"{broken.case} {broken.seq}: {broken.why}") for broken in evidence.broken)
    for row in (*evidence.tickets, *evidence.incidents):
        entries = evidence.chains.get(row["id"], [])
        head = (entries[-1].seq, entries[-1].hash) if entries else (0, "")
        if (row["chain_seq"], row["chain_hash"]) != head and entries:
            yield Finding("lost", f"{row['id']} names the head {row['chain_seq']}, its chain ends at {head[0]}")
        if not entries:
            yield Finding("lost", f"{row['id']} has no history")


def each_fact_is_told_once(evidence: Evidence, _load: Load) -> Iterator[Finding]:
    """No fact made the same entry twice, on whatever chain."""
    told = Counter(
        (entry.caused_by, entry.kind, entry.audience) for entries in evidence.chains.values() for entry in entries
    )
    for (cause, kind, _), times in told.items():
        if times > 1:
            yield Finding("duplicated", f"the entry {kind} of {cause} is there {times} times")


def what_was_written_is_there_once(evidence: Evidence, load: Load) -> Iterator[Finding]:
    """Replies that were answered 2xx, on their ticket; vendors' words, on whatever chain rule R2 gives them."""
    texts = Counter(
        line for entries in evidence.chains.values() for entry in entries for line in _tokens(entry.text.values())
    )
    for text in (*load.written, *load.said):
        times = texts[text.rpartition(" ")[2]]
        if times == 0:
            yield Finding("lost", f"{text!r} was taken and is nowhere")
    for token, times in texts.items():
        if times > 1:
            yield Finding("duplicated", f"the words {token} are there {times} times")


def _tokens(texts: Iterable[str]) -> set[str]:
    """The unguessable last words by which the load marks what it writes; an entry's languages are one telling."""
    return {word for text in texts for word in text.split() if len(word) == 32}


def the_bridge_has_the_same_heads(evidence: Evidence, _load: Load) -> Iterator[Finding]:
    """Its replica of every chain is ticketing's."""
    for case, entries in evidence.chains.items():
        copy = evidence.bridges_entries.get(case, [])
        if [entry.hash for entry in copy] != [entry.hash for entry in entries]:
            yield Finding("lost", f"the bridge has {len(copy)} entries of {case}, ticketing {len(entries)}")
    for chain in evidence.bridges_chains:
        entries = evidence.chains.get(chain["case_id"], [])
        if not entries or (chain["seq"], chain["hash"]) != (entries[-1].seq, head_of(entries[-1]).hash):
            yield Finding("lost", f"the bridge's head of {chain['case_id']} is not ticketing's")


ACCOUNTS = (chains_are_whole, each_fact_is_told_once, what_was_written_is_there_once, the_bridge_has_the_same_heads)
