"""Files over HTTP, for every vendor's system: fetched at the addresses that the bundle names, and sent."""

from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Form, Header, Path, Query, Request, UploadFile
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response, StreamingResponse

from chassis.checks import STRICT_QUERY
from chassis.faults import fault, faults
from chassis.problems import Problem, pointer, wrong_input
from chassis.uploads import Refused
from contracts.bundle import file_path
from vendor_bridge import refusals, signing
from vendor_bridge.bearer import caller, reader, spend
from vendor_bridge.domain.receive import NotOfThisCase
from vendor_bridge.files import Files, Sent
from vendor_bridge.handlers import AnotherMessage, NotSigned, UnknownHandoff, VendorSide
from vendor_bridge.limits import TooMany
from vendor_bridge.reported import UnknownReport
from vendor_bridge.store.directories import Way

_UNKNOWN = "There is no such file, hand-off or reported ticket on this connection."
_NO_FILE = "brings no file: send one or several parts named files"
_FIELDS = frozenset({"files", "text", "ticket", "private", "language"})


def router(vendors: VendorSide, files: Files) -> APIRouter:
    """`GET` and `POST /handoffs/{handoff}/attachments`, with the connection's bearer token."""
    limits: Any = {"max_files": files.settings.files_at_once + 1, "max_fields": len(_FIELDS) + 1}

    async def unread(request: Request, problem: Problem) -> None:
        try:
            way = await caller(vendors, request)
        except Problem:
            return  # nobody's: no connection has said so
        await write_down(vendors, way, request, request.headers.get("idempotency-key"), problem)

    api = APIRouter(dependencies=[STRICT_QUERY], tags=["vendors"], route_class=_telling(unread))

    @api.get("/handoffs/{handoff}/attachments/{sha256}", response_class=StreamingResponse)
    async def fetch(
        handoff: str,
        sha256: Annotated[str, Path(max_length=64)],
        request: Request,
        name: Annotated[str | None, Query(max_length=300)] = None,
    ) -> StreamingResponse:
        """The bytes of a file that the hand-off's story names; their SHA-256 is in its address.

        `name`: which of its names there, where it has several; without it the first. Another Eskalera has no token: it
        signs `GET /handoffs/{handoff}/attachments/{sha256}` as it signs a message.
        """
        try:
            if "webhook-signature" in request.headers:
                way = await neighbour(vendors, request, handoff, signing.asks_for_file(handoff, sha256))
                spend(vendors, way)
            else:
                way = await reader(vendors, request)
            return await files.serve(way, handoff, sha256, name)
        except UnknownHandoff:
            raise Problem(404, detail=_UNKNOWN) from None

    @api.post(
        "/handoffs/{handoff}/attachments",
        status_code=202,
        max_body_size=files.settings.message_bytes,
        form_limits=limits,
    )
    async def send(
        handoff: str,
        request: Request,
        sent: Annotated[list[UploadFile], Form(alias="files")],
        text: Annotated[str, Form(max_length=20_000)] = "",
        ticket: Annotated[str, Form(max_length=80)] = "",
        private: Annotated[bool, Form()] = False,
        language: Annotated[str, Form(pattern="^(sv|en)$")] = "sv",
        idempotency_key: Annotated[str | None, Header(min_length=1, max_length=100)] = None,
    ) -> JSONResponse:
        """One or several files as an entry of the vendor's, with words or without: `multipart/form-data`.

        Read as `entry_added` is, also of what the vendor reported. The same Idempotency-Key, or the same files and
        words, again: no second entry.
        """
        way = await caller(vendors, request)
        unknown = sorted(set(await request.form()) - _FIELDS)
        given = [Sent(each.filename or "", each.file, each.content_type) for each in sent if each.filename]
        if unknown or not given:
            strange = wrong_input({"pointer": pointer(name), "detail": "unknown field"} for name in unknown)
            problem = strange if unknown else _wrong_file(_NO_FILE)
            await unread(request, problem)
            raise problem
        said: dict[str, Any] = {"private": private, "language": language}
        said |= {"text": text.strip()} if text.strip() else {}
        said |= {"ticket": ticket} if ticket else {}
        return await answered(vendors, files, way, request, given, said, idempotency_key)

    return api


def _telling(unread: Callable[[Request, Problem], Awaitable[None]]) -> type[APIRoute]:
    """Routes that tell of a form which the framework refuses before they see it: its fields, its size, its shape."""

    class Telling(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            inner = super().get_route_handler()

            async def handler(request: Request) -> Response:
                try:
                    return await inner(request)
                except (RequestValidationError, HTTPException) as error:
                    if request.method == "POST":
                        await unread(request, _problem(error))
                    raise

            return handler

    return Telling


def _problem(error: RequestValidationError | HTTPException) -> Problem:
    if isinstance(error, HTTPException):
        return Problem(error.status_code, detail=error.detail)
    return wrong_input(fault(each) for each in error.errors())


async def neighbour(vendors: VendorSide, request: Request, handoff: str, asked: bytes) -> Way:
    """Another Eskalera, which signs what it asks for as it signs a message."""
    try:
        return await vendors.neighbour(request.headers, handoff, asked)
    except NotSigned:
        raise Problem(401, detail="The signature is missing, wrong or too old.") from None


async def answered(
    vendors: VendorSide,
    files: Files,
    way: Way,
    request: Request,
    given: Sequence[Sent],
    said: dict[str, Any],
    key: str | None,
) -> JSONResponse:
    """Kept as an entry of the vendor's; a refusal is raised as a problem, and written down."""
    handoff = request.path_params["handoff"]
    try:
        with _as_problems():
            vendors.spend(way.connection.name)
            kept, receipt = await files.attach(way, handoff, given, said, key)
    except (Problem, Refused) as error:
        problem, why = _answer(error)
        await write_down(vendors, way, request, key, problem, why)
        raise problem from None
    shown = [each.model_dump() | {"url": file_path(handoff, each.sha256, each.name)} for each in kept]
    status = "repeated" if receipt.repeated else "stored"
    return JSONResponse({"status": status, "files": shown}, status_code=202)


async def write_down(
    vendors: VendorSide, way: Way, request: Request, key: str | None, problem: Problem, why: str = ""
) -> None:
    """That it was refused, among what was. `why`: where that is not what is answered."""
    what = refusals.Sent("webhook", f"{request.method} {request.url.path}", message=key)
    why = why or refusals.reason_of(problem)
    await vendors.refusals.note(way.connection.name, {way.municipality}, what, problem.status, why, proven=True)


def _answer(error: Problem | Refused) -> tuple[Problem, str]:
    """What the vendor hears, and what is kept of it: without the file's name."""
    if isinstance(error, Problem):
        return error, refusals.reason_of(error)
    problem, kept = (_wrong_file(said["en"]) for said in (error.words, error.unnamed))
    return problem, refusals.reason_of(kept)


def _wrong_file(detail: str) -> Problem:
    return wrong_input([{"pointer": pointer("files"), "detail": detail}])


@contextmanager
def _as_problems() -> Iterator[None]:
    """What `Files.attach` refuses; what is wrong with a file itself stays Refused."""
    try:
        yield
    except (UnknownHandoff, UnknownReport):
        raise Problem(404, detail=_UNKNOWN) from None
    except TooMany as error:
        raise Problem(429, headers=error.headers) from None
    except AnotherMessage:
        detail = "This Idempotency-Key was given to other files or words before: nothing of this was kept."
        raise Problem(409, detail=detail) from None
    except NotOfThisCase:
        raise wrong_input([{"pointer": pointer("ticket"), "detail": "is no ticket of this hand-off"}]) from None
    except ValidationError as error:
        raise wrong_input(faults(error, frozenset({"entry_added"}))) from None
