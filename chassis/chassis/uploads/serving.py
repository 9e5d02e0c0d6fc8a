"""How a kept file is sent to a browser or a program: never as something that runs."""

from typing import Final

from chassis.uploads.kinds import PICTURES
from chassis.uploads.names import disposition

_POLICY: Final = "sandbox; default-src 'none'; frame-ancestors 'none'"


def headers(name: str, media_type: str, size: int) -> dict[str, str]:
    """Headers of the answer. Only pictures that were written anew may be shown in a page; all else is saved.

    Kept by no cache: who may read it is asked each time.
    """
    is_picture = media_type in PICTURES
    return {
        "content-type": media_type,
        "content-length": str(size),
        "content-disposition": disposition(name, inline=is_picture),
        "content-security-policy": _POLICY,
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
    }
