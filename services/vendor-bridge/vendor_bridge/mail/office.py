"""What every mail to a vendor has in common: the server that takes it, from whom it comes, where replies go."""

from dataclasses import dataclass

from chassis.mail import Sender
from chassis.smtp import MailServer
from vendor_bridge.mail.addresses import ReplyAddresses


@dataclass(frozen=True, slots=True)
class Office:
    server: MailServer
    sender: Sender
    replies: ReplyAddresses
