"""`python -m eskalera.mailcatcher`: takes every mail over SMTP and delivers none; a page and JSON show them.

GET  /                      the newest mails
GET  /messages/{id}         one mail, headers and text
GET  /api/messages?to=…     [{id, received_at, sender, recipients, subject, headers, text}], newest first
DELETE /api/messages        forget them
"""

import argparse
import asyncio
from pathlib import Path
from typing import Annotated, Any

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import FastAPI, HTTPException, Query, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

from eskalera.mailbox import Mail, Mailbox
from eskalera.ports import LOOPBACK

LARGEST_MAIL = 30 * 1024 * 1024  # bytes
_templates = Jinja2Templates(Path(__file__).parent / "templates")


class Catcher:
    """aiosmtpd's handler: accepted means stored."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 (its name)
        content = envelope.content
        raw = content.encode() if isinstance(content, str) else content or b""
        await asyncio.to_thread(self._mailbox.add, envelope.mail_from or "", list(envelope.rcpt_tos), raw)
        return "250 OK"


def create_app(mailbox: Mailbox) -> FastAPI:
    """The pages and the JSON over `mailbox`."""
    app = FastAPI(title="Mail catcher", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/", response_class=HTMLResponse)
    def inbox(request: Request) -> HTMLResponse:
        return _templates.TemplateResponse(request, "mails.html", {"mails": mailbox.newest()})

    @app.get("/messages/{mail_id}", response_class=HTMLResponse)
    def message(request: Request, mail_id: int) -> HTMLResponse:
        mail = mailbox.get(mail_id)
        if mail is None:
            raise HTTPException(404, "No such mail; only the last 1,000 are kept.")
        return _templates.TemplateResponse(request, "mail.html", {"mail": mail})

    @app.get("/api/messages")
    def messages(to: str | None = None, limit: Annotated[int, Query(ge=1, le=1_000)] = 200) -> list[dict[str, Any]]:
        return [_as_json(mail) for mail in mailbox.newest(to=to, limit=limit)]

    @app.delete("/api/messages", status_code=204)
    def clear() -> None:
        mailbox.clear()

    @app.get("/readyz")
    def ready() -> dict[str, bool]:
        return {"ready": True}

    return app


def _as_json(mail: Mail) -> dict[str, Any]:
    return {
        "id": mail.id,
        "received_at": mail.received_at.isoformat(),
        "sender": mail.sender,
        "recipients": mail.recipients,
        "subject": mail.subject,
        "headers": mail.headers,
        "text": mail.text,
    }


async def serve(mailbox: Mailbox, page_port: int, smtp_port: int) -> None:
    """Both servers, until a signal."""
    catcher = Catcher(mailbox)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(catcher, data_size_limit=LARGEST_MAIL, enable_SMTPUTF8=True, hostname=LOOPBACK),
        LOOPBACK,
        smtp_port,
    )
    try:
        config = uvicorn.Config(
            create_app(mailbox), host=LOOPBACK, port=page_port, log_level="warning", timeout_graceful_shutdown=1
        )
        await uvicorn.Server(config).serve()
    finally:
        server.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="eskalera.mailcatcher")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--file", type=Path, required=True, help="SQLite file that keeps the mails")
    options = parser.parse_args()
    asyncio.run(serve(Mailbox(options.file), options.port, options.smtp_port))


if __name__ == "__main__":
    main()
