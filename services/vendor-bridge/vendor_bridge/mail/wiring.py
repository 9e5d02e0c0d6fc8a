"""The incoming side of mail as parts of the service: the server with the API, who reads with the workers."""

import ssl
from ipaddress import ip_network

from chassis.listen import Listener
from chassis.service import Service
from chassis.timers import DueLoop
from vendor_bridge.files import Files
from vendor_bridge.handlers import VendorSide
from vendor_bridge.mail.intake import Intake
from vendor_bridge.mail.office import Office
from vendor_bridge.mail.room import MailRoom
from vendor_bridge.mail.server import MailServer
from vendor_bridge.settings import VendorBridgeSettings
from vendor_bridge.store import mail as stored
from vendor_bridge.store.directories import Directories


def add_mail(
    service: Service[VendorBridgeSettings],
    office: Office,
    directories: Directories,
    vendors: VendorSide,
    files: Files,
    listener: Listener,
) -> None:
    """Takes replies where `MAIL_PORT` says so, and reads what was taken."""
    settings, engine = service.settings, service.engine
    room = MailRoom(engine, vendors, files)
    reading = DueLoop("mail", room.turn, wake=listener.wake(stored.CHANNEL))
    service.add_task("mail", reading.run, alive=reading.is_alive)
    if settings.mail_port is None:
        return
    server = MailServer(
        Intake(engine, directories, office, settings.mail_authserv),
        settings.host,
        settings.mail_port,
        name=office.replies.host,
        tls=_tls(settings),
        trusted=[ip_network(network) for network in settings.mail_relays],
    )
    service.add_task("smtp", server.run, part="api")


def _tls(settings: VendorBridgeSettings) -> ssl.SSLContext | None:
    if settings.mail_certfile is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(settings.mail_certfile, settings.mail_keyfile)
    return context
