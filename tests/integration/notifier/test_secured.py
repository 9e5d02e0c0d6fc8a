"""Mail servers that want TLS, a password, or both."""

import datetime
import ssl
from dataclasses import replace
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from chassis.smtp import Accepted, MailServer, Misconfigured, Outcome, Refused, ServerAway
from notifier import mail
from notifier.domain.letters import Letter
from tests.integration.notifier.conftest import SENDER
from tests.support.certificate import self_signed
from tests.support.mail import MailHost

LETTER = Letter("sv", "Rubrik", "Hej!", "Text.", "", "Slut.", (), "Fot.")
NOW = datetime.datetime(2026, 10, 5, 8, 0, tzinfo=datetime.UTC)
SUBJECT = "Fungerar det nu? Ditt ärende MAL-2026-000533 är löst"
NO_SUCH = Refused("the server takes no such address")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


def knows(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: object) -> AuthResult:
    right = isinstance(given, LoginPassword) and (given.login, given.password) == (b"us@er", b"p:w")
    return AuthResult(success=right, handled=right)


async def send(
    host: MailHost,
    url: str,
    cafile: Path | None,
    to: str = "lena@malarvik.example",
    subject: str = "Rubrik",
    sender: str = SENDER.address,
) -> Outcome:
    server = MailServer.parse(url.format(port=host.port), cafile)
    letter = replace(LETTER, subject=subject)
    message = mail.build(letter, notification="nt_1", case="tk_1", sender=SENDER, to=to, at=NOW)
    async with server.connected() as line:
        return await line.send(message, sender=sender, to=to)


@pytest.fixture
async def down(host: MailHost) -> MailHost:
    await host.stop()
    return host


@pytest.mark.parametrize("takes_utf8", [True, False])
async def test_a_subject_arrives_as_it_was_written(down: MailHost, takes_utf8: bool) -> None:
    """Python 3.11 loses a space where it folds this one; it has to be written as it was built. Nothing is asked of the
    server for it: letters of all kinds have always travelled in ASCII.
    """
    await down.start(enable_SMTPUTF8=takes_utf8)
    assert await send(down, down.url, None, subject=SUBJECT) == Accepted()
    assert down.mails[-1].subject == SUBJECT
    ((is_utf8, content),) = down.came
    assert not is_utf8
    assert content.isascii()


@pytest.mark.parametrize("url", ["smtp://localhost:{port}", "smtp+starttls://localhost:{port}"])
async def test_starttls_is_used_where_it_is_offered(
    down: MailHost, tls: ssl.SSLContext, certificate: Path, url: str
) -> None:
    await down.start(tls_context=tls, require_starttls=True)
    assert await send(down, url, certificate) == Accepted()
    assert len(down.mails) == 1


async def test_smtps_speaks_tls_from_the_first_byte(down: MailHost, tls: ssl.SSLContext, certificate: Path) -> None:
    await down.start(tls=tls)
    assert await send(down, "smtps://localhost:{port}", certificate) == Accepted()


async def test_a_password_is_given_over_tls(down: MailHost, tls: ssl.SSLContext, certificate: Path) -> None:
    await down.start(tls_context=tls, authenticator=knows, auth_required=True)
    assert await send(down, "smtp://us%40er:p%3Aw@localhost:{port}", certificate) == Accepted()
    with pytest.raises(Misconfigured, match=r"refuses user and password: 535 5\.7\.8"):
        await send(down, "smtp://us%40er:fel@localhost:{port}", certificate)


@pytest.mark.parametrize("url", ["smtp://us%40er:p%3Aw@localhost:{port}", "smtp+starttls://localhost:{port}"])
async def test_a_password_never_travels_in_the_clear_nor_a_mail_where_tls_is_insisted_on(
    down: MailHost, certificate: Path, url: str
) -> None:
    await down.start(authenticator=knows, auth_require_tls=False)
    with pytest.raises(Misconfigured):
        await send(down, url, certificate)
    assert down.mails == []


@pytest.mark.parametrize("url", ["smtp+starttls://localhost:{port}", "smtps://localhost:{port}"])
async def test_a_certificate_of_nobody_we_trust_is_a_matter_for_people(
    down: MailHost, tls: ssl.SSLContext, url: str
) -> None:
    await down.start(**({"tls": tls} if url.startswith("smtps") else {"tls_context": tls}))
    with pytest.raises(Misconfigured, match="certificate is not trusted"):
        await send(down, url, None)


async def test_nobody_at_home_is_a_server_that_is_away(down: MailHost) -> None:
    with pytest.raises(ServerAway):
        await send(down, "smtp://127.0.0.1:{port}", None)


@pytest.mark.parametrize(
    ("sender", "to"),
    [(SENDER.address, "åsa@malarvik.example"), ("svar+ö@malarvik.example", "lena@malarvik.example")],
)
async def test_an_address_with_other_than_ascii_goes_to_servers_that_take_it(
    down: MailHost, sender: str, to: str
) -> None:
    await down.start()
    assert await send(down, down.url, None, to, SUBJECT, sender) == Accepted()
    (arrived,) = down.mails
    assert (arrived.sender, arrived.recipients, arrived.subject) == (sender, (to,), SUBJECT)
    ((is_utf8, content),) = down.came
    assert is_utf8
    assert f"To: {to}\r\nSubject: {SUBJECT}\r\n".encode() in content, "as it is, and not in words of ASCII"


async def test_a_server_that_takes_no_such_address_is_not_even_asked_and_takes_the_next_mail(down: MailHost) -> None:
    await down.start(enable_SMTPUTF8=False)
    async with MailServer.parse(down.url).connected() as line:
        for to, outcome in (("åsa@malarvik.example", NO_SUCH), ("lena@malarvik.example", Accepted())):
            message = mail.build(LETTER, notification="nt_1", case="tk_1", sender=SENDER, to=to, at=NOW)
            assert await line.send(message, sender=SENDER.address, to=to) == outcome
    assert [arrived.recipients for arrived in down.mails] == [("lena@malarvik.example",)]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [("550 5.1.1 <lena@malarvik.example> unknown", Refused("550 5.1.1")), ("552 full", Refused("552"))],
)
async def test_a_reason_has_the_codes_and_never_the_servers_text(host: MailHost, answer: str, outcome: Outcome) -> None:
    host.answer = lambda _to: answer
    assert await send(host, "smtp://127.0.0.1:{port}", None) == outcome


async def test_a_server_that_says_goodbye_is_away(host: MailHost) -> None:
    host.answer = lambda _to: "421 4.3.2 closing"
    with pytest.raises(ServerAway):
        await send(host, "smtp://127.0.0.1:{port}", None)
