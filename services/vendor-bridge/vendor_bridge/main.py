"""The vendor bridge's wiring: `python -m vendor_bridge.main [--role api|worker|all]`, `… migrate`."""

from chassis.consumer import UNHURRIED, Consumer
from chassis.kafka import KafkaSettings
from chassis.listen import Listener
from chassis.mail import Sender
from chassis.objects import DiskStore
from chassis.relay import Relay
from chassis.service import Service
from chassis.smtp import MailServer
from chassis.timers import DueLoop
from chassis.web import create_app
from vendor_bridge import api, files_api, peer_files_api, reports_api, web
from vendor_bridge.consumer import SERVICE, decode, handler
from vendor_bridge.delivery import Sender as Deliveries
from vendor_bridge.delivery import Watch
from vendor_bridge.errands import Errands
from vendor_bridge.fetcher import Fetcher
from vendor_bridge.files import Files
from vendor_bridge.handlers import VendorSide
from vendor_bridge.limits import Buckets
from vendor_bridge.mail.wiring import add_mail
from vendor_bridge.outbound import Outbound
from vendor_bridge.peer_files import PeerFiles
from vendor_bridge.portal.post import Office, Post
from vendor_bridge.profiles import ByProfile
from vendor_bridge.profiles.email import EmailProfile
from vendor_bridge.profiles.neighbour import Neighbour
from vendor_bridge.profiles.portal import PortalProfile
from vendor_bridge.profiles.read import ByAddress, ReadProfile
from vendor_bridge.profiles.tmf621 import FollowProfile
from vendor_bridge.profiles.webhook import WebhookProfile, new_client
from vendor_bridge.secret_store import SecretStore
from vendor_bridge.settings import VendorBridgeSettings
from vendor_bridge.standings import Standings
from vendor_bridge.store import connections, erasure, peer_files, portal_mails, waiting, world
from vendor_bridge.store import hub as hub_store
from vendor_bridge.store import remote as remote_store
from vendor_bridge.store.directories import Directories
from vendor_bridge.tls import Tls
from vendor_bridge.tmf import app as tmf
from vendor_bridge.tmf import listener as tmf_listener
from vendor_bridge.tmf.caller import Caller
from vendor_bridge.tmf.follower import Follower
from vendor_bridge.tmf.hub import Hub
from vendor_bridge.tmf.notifier import Notifier
from vendor_bridge.tmf.side import TmfSide
from vendor_bridge.tmf.tickets import Links

WATCH_SECONDS = 10.0


def main() -> None:
    """Entry point."""
    service = Service.start(SERVICE, VendorBridgeSettings, packages=("chassis", "vendor_bridge"))
    settings, engine = service.settings, service.engine
    directories = Directories()
    secrets = SecretStore(settings.secrets_file)
    limits = Buckets(settings.inbound_rate, settings.inbound_burst)
    vendors = VendorSide(
        engine,
        directories,
        secrets,
        settings.secret.get_secret_value(),
        limits,
        settings.public_url,
        settings.files_of_case_bytes,
    )
    files = Files(engine, directories, vendors, DiskStore(settings.object_store), settings)
    portal = web.Portal(engine, directories, vendors, secrets, files)
    app = create_app(settings, title="Vendor bridge", openapi_url="/openapi.json", error_page=web.error_page(portal))
    app.include_router(api.router(vendors))
    app.include_router(reports_api.router(vendors))
    app.include_router(files_api.router(vendors, files))
    app.include_router(peer_files_api.router(vendors, files))
    web.add_pages(app, portal)

    client, tls = new_client(), Tls(settings.tls_dir)
    links = Links(settings.public_url.rstrip("/"))
    side = TmfSide(engine, directories, vendors, files, links)
    hub = Hub(engine, side, links, frozenset(settings.allowed_targets))
    tmf.add(app, side, hub, links)
    office = settings.office
    caller = Caller(client, secrets, allowed=settings.allowed_targets, urls=settings.url_overrides, tls=tls)
    follower = Follower(
        engine,
        directories,
        vendors,
        caller,
        secret=settings.secret.get_secret_value(),
        public_url=settings.public_url,
    )
    app.include_router(tmf_listener.router(follower))
    profiles = ByProfile(
        {
            "webhook": WebhookProfile(
                client, secrets, allowed=settings.allowed_targets, urls=settings.url_overrides, tls=tls
            ),
            "tmf621": ByAddress(ReadProfile(hub.announce), FollowProfile(engine, directories, caller)),
            "email": EmailProfile(engine, directories, office, files),
            "portal": PortalProfile(engine),
        }
    )
    outbound = Outbound(engine, directories, settings.public_url)
    listener = Listener(engine)
    sender = Deliveries(engine, outbound, profiles, wake=listener.wake(world.CHANNEL))
    notifier = Notifier(
        engine,
        client,
        directories,
        secrets,
        allowed=settings.allowed_targets,
        wake=listener.wake(hub_store.CHANNEL),
    )
    looks = DueLoop("follower", follower.look, wake=listener.wake(remote_store.CHANNEL))
    watch = DueLoop("watch", Watch(engine, outbound).look, poll=WATCH_SECONDS)
    looked_after = listener.wake(connections.CHANNEL)
    standings = DueLoop(
        "standings", Standings(engine, directories, profiles).look, wake=looked_after, poll=WATCH_SECONDS
    )
    neighbour = Neighbour(client, secrets, allowed=settings.allowed_targets, urls=settings.url_overrides, tls=tls)
    fetcher = Fetcher(engine, directories, vendors, neighbour)
    fetches = DueLoop("fetcher", fetcher.look, wake=listener.wake(waiting.CHANNEL))
    crossing = PeerFiles(engine, directories, files, neighbour)
    crosses = DueLoop("peer-files", crossing.look, wake=listener.wake(peer_files.CHANNEL))
    asked = listener.wake(connections.CHANNEL)
    errands = DueLoop("errands", Errands(engine, directories, profiles).run_due, wake=asked)
    kafka = KafkaSettings.of(settings)
    topic = kafka.topic("cases")
    consumer = Consumer(
        engine, kafka, topic, SERVICE, decode, handler(directories), policy=UNHURRIED, parked=erasure.redact_failed
    )
    relay = Relay(engine, kafka, topic, SERVICE)

    service.add_app(app)
    service.add_task("listener", listener.run)
    service.add_task("sender", sender.run, alive=sender.is_alive)
    service.add_task("notifier", notifier.run, alive=notifier.is_alive)
    service.add_task("follower", looks.run, alive=looks.is_alive)
    service.add_task("fetcher", fetches.run, alive=fetches.is_alive)
    service.add_task("peer-files", crosses.run, alive=crosses.is_alive)
    service.add_task("watch", watch.run, alive=watch.is_alive)
    service.add_task("standings", standings.run, alive=standings.is_alive)
    service.add_task("errands", errands.run, alive=errands.is_alive)
    service.add_task("consumer", consumer.run, alive=consumer.is_alive)
    service.add_task("relay", relay.run, alive=relay.is_alive)
    if office is not None:
        add_mail(service, office, directories, vendors, files, listener)
    if settings.smtp_url is not None:
        server = MailServer.parse(settings.smtp_url.get_secret_value(), settings.smtp_cafile)
        desk = Office(server, Sender.parse(settings.mail_sender), settings.public_url.rstrip("/"))
        wake = listener.wake(portal_mails.CHANNEL)
        post = DueLoop("portal-mail", Post(engine, directories, desk).turn, wake=wake)
        service.add_task("portal-mail", post.run, alive=post.is_alive)
    service.on_close("vendors", client.aclose)
    service.on_close("vendors with certificates", tls.aclose)
    service.run()


if __name__ == "__main__":
    main()
