"""The bearer token that a vendor's system shows with a request."""

from fastapi import Request

from chassis.problems import Problem
from vendor_bridge import tokens
from vendor_bridge.handlers import VendorSide
from vendor_bridge.store.directories import Way


def token_of(request: Request) -> str:
    """As it was shown; empty where none was."""
    return tokens.shown(request.headers.get("authorization", ""))


def not_shown() -> Problem:
    """The answer to whoever shows none that opens anything."""
    return Problem(401, detail="Show the connection's token.", headers={"WWW-Authenticate": "Bearer"})


async def caller(vendors: VendorSide, request: Request) -> Way:
    """The connection whose token it is. Raises Problem."""
    try:
        return await vendors.caller(token_of(request))
    except tokens.BadToken:
        raise not_shown() from None
