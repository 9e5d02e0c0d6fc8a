"""The pages as a browser without JavaScript meets them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterable

import httpx
from fastapi import FastAPI


class Browser:
    """Keeps its cookies itself: the client's jar would not send a Secure cookie over http."""

    def __init__(self, app: FastAPI) -> None:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")
        self.cookies: dict[str, str] = {}
        self.csrf = ""

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self._take(await self.http.get(path, headers=self._headers(headers)))

    async def post(
        self, path: str, form: dict[str, str] | None = None, headers: dict[str, str] | None = None, /, **fields: str
    ) -> httpx.Response:
        """Sends a form, with this session's token unless another is given."""
        data = {"csrf": self.csrf} | (form or {}) | fields
        return await self._take(await self.http.post(path, data=data, headers=self._headers(headers or {})))

    async def attach(self, path: str, *files: tuple[str, bytes, str], **fields: str) -> httpx.Response:
        """Sends a form with files: (name, content, media type) of each."""
        parts = [("files", each) for each in files]
        data = {"csrf": self.csrf} | fields
        return await self._take(await self.http.post(path, data=data, files=parts, headers=self._headers({})))

    async def send(
        self, method: str, path: str, content: bytes | AsyncIterable[bytes] = b"", **headers: str
    ) -> httpx.Response:
        """Sends bytes as they are."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self._take(await self.http.request(method, path, content=content, headers=self._headers(named)))

    async def sign_in(self, person: str, municipality: str = "malarvik") -> None:
        """As a person of the directory, and with the token of the forms that they then get."""
        answer = await self.post(f"/{municipality}/", person=person)
        assert answer.status_code == 303, answer.text
        await self.get("/integritet")

    async def close(self) -> None:
        await self.http.aclose()

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"accept": "text/html"} | ({"cookie": cookies} if cookies else {}) | more

    async def _take(self, answer: httpx.Response) -> httpx.Response:
        for cookie in answer.headers.get_list("set-cookie"):
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        if (found := re.search(r'name="csrf" value="([^"]+)"', answer.text)) is not None:
            self.csrf = found[1]
        return answer
