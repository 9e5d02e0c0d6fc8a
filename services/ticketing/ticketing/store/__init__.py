"""Tables and all SQL of ticketing: `tables` declare, `world` loads and saves, `intake` files, `reads` answers pages."""

from ticketing.store.dumps import dump

__all__ = ["dump"]
