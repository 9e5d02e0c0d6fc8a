"""Vendors over real TLS: theirs is verified, ours shown where one is asked for, authorities may be one's own."""

import os
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
import trustme
import uvicorn

from contracts.reasons import in_words
from tests.integration.vendor_bridge.conftest import Bridge, serving, shipped
from tests.integration.vendor_bridge.stub_vendor import Stub
from tests.integration.vendor_bridge.test_control import look, told
from tests.integration.vendor_bridge.test_delivery import once, pending
from tests.support.handoff_life import Case
from vendor_bridge.profiles.webhook import new_client
from vendor_bridge.tls import BadCertificate, Tls

NAME = "demo-vendor"


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@asynccontextmanager
async def vendor(
    stub: Stub, port: int, folder: Path, authority: trustme.CA, *, host: str = "localhost", asks: bool = False
) -> AsyncIterator[None]:
    """The stub behind TLS; `asks`: for a certificate of the same authority."""
    leaf, key, ca = folder / "leaf.pem", folder / "leaf.key", folder / "their-ca.pem"
    made = authority.issue_cert(host)
    made.private_key_pem.write_to_path(str(key))
    leaf.write_bytes(b"".join(blob.bytes() for blob in made.cert_chain_pems))
    authority.cert_pem.write_to_path(str(ca))
    more: dict[str, Any] = {"ssl_ca_certs": str(ca), "ssl_cert_reqs": ssl.CERT_REQUIRED} if asks else {}
    config = uvicorn.Config(
        stub.app(), port=port, log_level="critical", ssl_certfile=str(leaf), ssl_keyfile=str(key),
        timeout_graceful_shutdown=1, **more,
    )  # fmt: skip
    async with serving(config):
        yield


@pytest.fixture
def folder(bridge: Bridge, vendor_port: int, tmp_path: Path) -> Path:
    """The installation's certificates; the bridge calls https://localhost."""
    made = tmp_path / "tls"
    made.mkdir()
    bridge.webhook._tls = Tls(made)
    bridge.webhook._urls[shipped(NAME)] = f"https://localhost:{vendor_port}/webhooks/{NAME}"
    bridge.webhook._allowed = frozenset({f"localhost:{vendor_port}"})
    return made


async def last(bridge: Bridge) -> Any:
    return (await bridge.rows("SELECT outcome, detail FROM delivery_attempt ORDER BY id DESC LIMIT 1"))[0]


async def test_a_certificate_of_an_unknown_authority_or_for_another_host_gets_nothing(
    bridge: Bridge, vendor_port: int, tmp_path: Path, authority: trustme.CA, folder: Path
) -> None:
    stub = Stub()
    await bridge.take_in(*Case().handed_over())
    async with vendor(stub, vendor_port, tmp_path, authority):
        await once(bridge)
    tried = await last(bridge)
    assert tried.outcome == "not_taken"
    assert "its certificate is not trusted" in tried.detail
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    await bridge.rows("UPDATE delivery SET due_at = now()")
    async with vendor(stub, vendor_port, tmp_path, authority, host="another.example"):
        await once(bridge)
    assert (await last(bridge)).detail.endswith("not valid for 'localhost'")  # no full stop: the page puts one
    assert stub.came == []


@pytest.mark.parametrize("file", ["ca.pem", f"{NAME}.ca.pem"])
async def test_an_authority_of_ones_own_is_believed_for_all_or_alone_for_one(
    bridge: Bridge, vendor_port: int, tmp_path: Path, authority: trustme.CA, folder: Path, file: str
) -> None:
    stub = Stub()
    authority.cert_pem.write_to_path(str(folder / file))
    await bridge.take_in(*Case().handed_over())
    async with vendor(stub, vendor_port, tmp_path, authority):
        await once(bridge)
    assert await pending(bridge) == 0
    assert stub.came[0]["headers"]["host"] == f"localhost:{vendor_port}"


async def test_another_connections_authority_is_not_believed(
    bridge: Bridge, vendor_port: int, tmp_path: Path, authority: trustme.CA, folder: Path
) -> None:
    authority.cert_pem.write_to_path(str(folder / "demo-vendor-platform.ca.pem"))
    await bridge.take_in(*Case().handed_over())
    async with vendor(Stub(), vendor_port, tmp_path, authority):
        await once(bridge)
    assert "its certificate is not trusted" in (await last(bridge)).detail


async def test_our_certificate_is_shown_to_a_vendor_that_asks_for_one_and_a_new_one_is_read_by_itself(
    bridge: Bridge, vendor_port: int, tmp_path: Path, authority: trustme.CA, folder: Path
) -> None:
    stub = Stub()
    authority.cert_pem.write_to_path(str(folder / f"{NAME}.ca.pem"))
    await bridge.take_in(*Case().handed_over())
    async with vendor(stub, vendor_port, tmp_path, authority, asks=True):
        await once(bridge)
        assert (await last(bridge)).outcome == "not_taken"
        ours = authority.issue_cert("malarvik.example")
        ours.private_key_and_cert_chain_pem.write_to_path(str(folder / f"{NAME}.pem"))
        await bridge.rows("UPDATE delivery SET due_at = now()")
        await once(bridge)
    assert await pending(bridge) == 0
    assert len(stub.came) == 1


@contextmanager
def strict(port: int, folder: Path, authority: trustme.CA, newest: ssl.TLSVersion) -> Iterator[None]:
    """A server that asks for a certificate and says why it goes, as those that are no asyncio do."""
    leaf = folder / "strict.pem"
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(leaf))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(str(leaf))
    authority.configure_trust(context)
    context.verify_mode, context.maximum_version = ssl.CERT_REQUIRED, newest

    def serves() -> None:
        came, _ = listener.accept()
        with context.wrap_socket(came, server_side=True, do_handshake_on_connect=False) as server:
            with suppress(ssl.SSLError):
                server.do_handshake()
            socket.socket.shutdown(server, socket.SHUT_WR)
            while os.read(server.fileno(), 4096):  # else the reason would be lost in a reset
                pass

    with socket.create_server(("127.0.0.1", port)) as listener:
        thread = Thread(target=serves)
        thread.start()
        yield
        thread.join()


@pytest.mark.parametrize(
    ("shows", "newest", "why"),
    [
        (False, ssl.TLSVersion.TLSv1_3, "it wants a client certificate, and none is set for this connection"),
        (False, ssl.TLSVersion.TLSv1_2, "it broke the encryption off, maybe since it wants a client certificate: "),
        (True, ssl.TLSVersion.TLSv1_3, "it does not take our client certificate: unknown ca"),
        (True, ssl.TLSVersion.TLSv1_2, "it does not take our client certificate: unknown ca"),
    ],
)
async def test_a_vendor_that_wants_another_certificate_or_any_is_told_as_that(
    bridge: Bridge, vendor_port: int, tmp_path: Path, authority: trustme.CA, folder: Path,
    shows: bool, newest: ssl.TLSVersion, why: str,
) -> None:  # fmt: skip
    authority.cert_pem.write_to_path(str(folder / f"{NAME}.ca.pem"))
    if shows:
        ours = trustme.CA().issue_cert("malarvik.example")
        ours.private_key_and_cert_chain_pem.write_to_path(str(folder / f"{NAME}.pem"))
    await bridge.take_in(*Case().handed_over())
    with strict(vendor_port, tmp_path, authority, newest):
        await once(bridge)
    detail = (await last(bridge)).detail
    assert detail.startswith(why)
    assert not in_words(detail)["sv"].startswith("på engelska")


async def test_a_file_that_is_no_certificate_is_told_at_once(bridge: Bridge, folder: Path) -> None:
    (folder / f"{NAME}.pem").write_text("not a certificate")
    await look(bridge)
    stands = (await told(bridge))[-1]
    assert stands.health == "misconfigured"
    assert f"the certificate file {NAME}.pem cannot be used" in stands.detail


async def test_without_files_of_its_own_a_connection_has_the_usual_client(tmp_path: Path) -> None:
    assert Tls(None).client(NAME) is None
    assert Tls(tmp_path).client(NAME) is None
    (tmp_path / "ca.pem").write_text("")
    with pytest.raises(BadCertificate, match=r"ca\.pem cannot be used"):
        Tls(tmp_path).client(NAME)
    async with new_client() as usual:
        assert isinstance(usual, httpx.AsyncClient)
