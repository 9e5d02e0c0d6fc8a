"""What a vendor asks of the bridge: each a transaction, committed before it is answered.

`proving`, who it is · `taking`, a webhook · `saying`, what it says by whatever way · `reporting`, what it begins itself
· `reading`, what it reads of its own.
"""

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.uploads.settings import MOST_OF_CASE
from vendor_bridge.applying import Applying, Receipt, UnknownHandoff
from vendor_bridge.handlers.errors import AnotherMessage, BadId, NamesNoMunicipality, NotApart, NotSigned, RepeatedKey
from vendor_bridge.handlers.proving import Proven
from vendor_bridge.handlers.reading import Reading
from vendor_bridge.handlers.taking import Taking
from vendor_bridge.limits import Buckets
from vendor_bridge.peers import Peers
from vendor_bridge.refusals import Refusals
from vendor_bridge.reported import Reporting
from vendor_bridge.secret_store import SecretStore
from vendor_bridge.store.directories import Directories

__all__ = [
    "AnotherMessage",
    "BadId",
    "NamesNoMunicipality",
    "NotApart",
    "NotSigned",
    "Proven",
    "Receipt",
    "RepeatedKey",
    "UnknownHandoff",
    "VendorSide",
]


class VendorSide(Taking, Reading):
    """The use cases of a vendor's system."""

    def __init__(
        self,
        engine: AsyncEngine,
        directories: Directories,
        secrets: SecretStore,
        secret: str,
        limits: Buckets | None = None,
        public_url: str = "",
        files_of_case: int = MOST_OF_CASE,
    ) -> None:
        """`files_of_case`: bytes of files that one case takes."""
        super().__init__(engine, directories, secrets, secret, limits)
        self._public_url = public_url
        self._reporting = Reporting(engine, directories, files_of_case)
        self.peers = Peers(engine, directories, self.say)
        self._applying = Applying(engine, directories, files_of_case)
        self.refusals = Refusals(engine)
