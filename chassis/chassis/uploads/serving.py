"""How a kept file is sent to a browser or a program: never as something that runs."""

from typing import Final, Protocol

from starlette.responses import StreamingResponse

from chassis.objects import ObjectStore
from chassis.uploads.kinds import PICTURES
from chassis.uploads.names import disposition

_POLICY: Final = "sandbox; default-src 'none'; frame-ancestors 'none'"


class Named(Protocol):
    """A file as its entry names it."""

    @property
    def sha256(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def media_type(self) -> str: ...


async def streamed(objects: ObjectStore, file: Named) -> StreamingResponse:
    """Its bytes as an answer. Raises NoSuchObject."""
    size = await objects.size(file.sha256)
    return StreamingResponse(objects.open(file.sha256), headers=headers(file.name, file.media_type, size))


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
