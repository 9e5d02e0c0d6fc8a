"""Tables and all SQL of the bridge: `tables` declare, `world` loads and saves the cases of a batch, `directories` keep
municipalities' configuration, `stories` read what a message tells, `deliveries` are the queue of messages, `inbound`
what vendors sent, `seen` what the TM Forum servers show, `hub` their listeners, `remote` tickets in vendors' servers,
`dumps` what a replay must give again; `portal` and what begins so belong to the pages for vendors.
"""

from vendor_bridge.store import portal_tables
from vendor_bridge.store.dumps import dump

__all__ = ["dump", "portal_tables"]
