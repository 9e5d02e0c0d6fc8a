"""`PUT /handoffs/{handoff}/attachments/{sha256}`: a file from another Eskalera, which signs as it has no token."""

from hashlib import sha256 as digest_of
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import JSONResponse

from chassis.checks import STRICT_QUERY
from chassis.problems import Problem
from contracts import ids
from vendor_bridge import signing
from vendor_bridge.files import Files, Sent
from vendor_bridge.files_api import answered, neighbour, write_down
from vendor_bridge.handlers import VendorSide


def router(vendors: VendorSide, files: Files) -> APIRouter:
    """The route."""
    api = APIRouter(dependencies=[STRICT_QUERY], tags=["vendors"])

    @api.put("/handoffs/{handoff}/attachments/{sha256}", status_code=202, max_body_size=files.settings.file_bytes + 1)
    async def put(
        handoff: str,
        sha256: Annotated[str, Path(pattern="^[0-9a-f]{64}$")],
        name: Annotated[str, Query(min_length=1, max_length=255)],
        request: Request,
    ) -> JSONResponse:
        """One file's bytes as an entry of the vendor's, whose words came before by themselves.

        Signed as a message is, over `PUT /handoffs/{handoff}/attachments/{sha256}?name={name}`: who may is known before
        a byte is read, and the bytes are proven by their digest.
        """
        way = await neighbour(vendors, request, handoff, signing.puts_file(handoff, sha256, name))
        content = await request.body()
        key = f"peer/{ids.derived('message', sha256, name)}"
        if digest_of(content).hexdigest() != sha256:
            problem = Problem(400, detail="The bytes are others than the address names.")
            await write_down(vendors, way, request, key, problem)
            raise problem
        sent = [Sent.of_bytes(name, content, request.headers.get("content-type"))]
        said = {"text": f"Bifogad fil: {name}"}
        return await answered(vendors, files, way, request, sent, said, key)

    return api
