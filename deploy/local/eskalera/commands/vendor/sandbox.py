"""`eskalera vendor sandbox`: an endpoint that prints and proves what comes."""

from typing import Annotated

import typer
import uvicorn

from eskalera.errors import LocalError
from eskalera.ports import LOOPBACK, is_taken
from vendor_bridge import signing


def sandbox(
    port: Annotated[int, typer.Option(help="Where it listens, on 127.0.0.1.")] = 8099,
    secret: Annotated[
        str | None, typer.Option(help="The connection's secret, whsec_…; without it a new one is made and shown.")
    ] = None,
    token: Annotated[
        str | None, typer.Option(help="The connection's bearer token: fetches stories that are only linked.")
    ] = None,
) -> None:
    """A vendor's endpoint to play with: answers as a vendor must and prints what came, until Ctrl-C.

    Of each message: whether it was rightly signed and came before, whether its story is whole, and what is new in it.
    """
    from eskalera.vendor_tools.sandbox import Sandbox

    if is_taken(port):
        raise LocalError(f"Port {port} is in use: choose another with --port.")
    if secret is None:
        secret = signing.new_secret()
        typer.echo(f"A new secret: {secret}")
    typer.echo(f"Listening on http://{LOOPBACK}:{port}/ (any path). Ctrl-C ends it.")
    app = Sandbox(secret, typer.echo, token).app()
    uvicorn.run(app, host=LOOPBACK, port=port, log_level="warning")
