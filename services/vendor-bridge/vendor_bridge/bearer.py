"""The bearer token that a vendor's system shows with a request."""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import Request

from chassis.problems import Problem
from vendor_bridge import metrics, tokens
from vendor_bridge.handlers import VendorSide
from vendor_bridge.limits import TOO_MANY, TooMany
from vendor_bridge.store.directories import Way


def token_of(request: Request) -> str:
    """As it was shown; empty where none was."""
    return tokens.shown(request.headers.get("authorization", ""))


def not_shown() -> Problem:
    """The answer to whoever shows none that opens anything."""
    return Problem(401, detail="Show the connection's token.", headers={"WWW-Authenticate": "Bearer"})


async def caller(vendors: VendorSide, request: Request) -> Way:
    """The connection whose token it is. Raises Problem."""
    with answered():
        return await vendors.caller(token_of(request))


async def reader(vendors: VendorSide, request: Request) -> Way:
    """The same, of what is of the share that the connection may send and ask."""
    with answered():
        return await vendors.spending_caller(token_of(request))


def spend(vendors: VendorSide, way: Way) -> None:
    """One of that share, by whoever has shown in another way whose it is. Raises Problem."""
    with answered():
        vendors.spend(way.connection.name)


@contextmanager
def answered() -> Iterator[None]:
    """What whoever shows no token, or asks too much, is answered."""
    try:
        yield
    except tokens.BadToken:
        raise not_shown() from None
    except TooMany as error:
        metrics.INBOUND.labels("too_many").inc()
        raise Problem(429, detail=TOO_MANY, headers=error.headers) from None
