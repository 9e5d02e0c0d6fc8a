"""What of ours another Eskalera has and what of its words is here, when a case comes back or comes again."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.disclosure import DisclosedEntry
from contracts.webhooks import Outgoing
from vendor_bridge.domain.peers import PeerCase
from vendor_bridge.domain.peers import back as rules
from vendor_bridge.domain.peers import told as peers_told
from vendor_bridge.store import peers as store
from vendor_bridge.store import reports as stored
from vendor_bridge.store.directories import Way
from vendor_bridge.store.peers import Ours


async def still_there(conn: AsyncConnection, way: Way, case: PeerCase, there: Sequence[Ours]) -> list[Ours]:
    """What of our hand-offs the other has, now that it hands the same case to us; those that this has ended already."""
    names = {rules.return_of(case.handoff, ours.handoff): ours for ours in there}
    said = await store.said_of_these(conn, way, names)
    return [names[name] for name in names if name in said] or [ours for ours in there if ours.is_held]


async def not_told(
    conn: AsyncConnection, way: Way, new: Sequence[DisclosedEntry], there: Sequence[Ours]
) -> list[DisclosedEntry]:
    """Without what the other said of these hand-offs of ours while it had them: it stands here by that."""
    names = {
        peers_told.name_of(ours.handoff, entry.case, entry.seq): (entry.case, entry.seq)
        for ours in there
        for entry in new
    }
    told = {names[name] for name in await store.said_of_these(conn, way, names)}
    return [entry for entry in new if (entry.case, entry.seq) not in told]


async def coming_back(conn: AsyncConnection, way: Way, message: Outgoing, case: PeerCase) -> list[Ours]:
    """Of what the other has by hand-offs of ours, what its own hand-off says anew that it is.

    Those that ended otherwise are left as they are; a case that is none but such is known by the last of them whose
    incident is not over. If all are, it is a new report.
    """
    found = await store.ours(conn, way, [adopted.external_id for adopted in message.data.adopts])
    names = {ours.handoff: rules.return_of(case.handoff, ours.handoff) for ours in found}
    back = [
        ours
        for ours in found
        if ours.handoff not in case.returns
        and (ours.is_held or await stored.said_before(conn, way, names[ours.handoff]) is not None)
    ]
    return back or ([one for one in found if not one.is_over][-1:] if not case.returns and case.ticket is None else [])
