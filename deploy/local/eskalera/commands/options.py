"""Options that several commands share."""

from typing import Annotated

import typer

PortBase = Annotated[
    int | None,
    typer.Option("--port-base", help="Which system, when several run.", show_default=False),
]
