"""OpenAPI documents of the TM Forum servers, to drive them by: of our lists, and TM Forum's own where at hand."""

from copy import deepcopy
from typing import Any

from tests.contract.tmf import lists, official
from tests.contract.tmf.official import Api

SERVED = ("troubleTicket", "serviceProblem", "hub")
_RESOURCES: dict[Api, tuple[str, lists.Schema, lists.Schema]] = {
    "troubleTicket/v4": ("troubleTicket", lists.TICKET_V4, lists.LISTENER),
    "troubleTicket/v5": ("troubleTicket", lists.TICKET_V5, lists.LISTENER_V5),
    "serviceProblemManagement/v4": ("serviceProblem", lists.PROBLEM_V4, lists.LISTENER),
}


def own(api: Api) -> dict[str, Any]:
    """Of our lists: what is served, what may be sent, every refusal."""
    resource, schema, listener = _RESOURCES[api]
    sent = {name: value for name, value in schema["properties"].items() if not name.startswith("@")}
    body = {"type": "object", "properties": {**sent, "status": {"type": "string"}}}
    create = body | {"required": ["description", "severity", "ticketType"]}
    id_ = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    asked = [
        {"name": name, "in": "query", "schema": {"type": kind}}
        for name, kind in (("fields", "string"), ("offset", "integer"), ("limit", "integer"), ("status", "string"))
    ]
    whole = f"/{resource}"
    paths: dict[str, Any] = {
        whole: {"get": {"parameters": asked, "responses": _answers(200, {"type": "array", "items": schema})}},
        f"{whole}/{{id}}": {
            "parameters": [id_],
            "get": {"parameters": asked[:1], "responses": _answers(200, schema)},
            "patch": {"requestBody": _sent(body), "responses": _answers(200, schema)},
        },
        "/hub": {
            "post": {
                "requestBody": _sent(
                    {
                        "type": "object",
                        "properties": {"callback": {"type": "string"}, "query": {"type": "string"}},
                        "required": ["callback"],
                    }
                ),
                "responses": _answers(201, listener),
            }
        },
        "/hub/{id}": {
            "parameters": [id_],
            "get": {"responses": _answers(200, listener)},
            "delete": {"responses": {"204": {"description": "gone"}} | _answers(200, listener)},
        },
    }
    if resource == "troubleTicket":
        paths[whole]["post"] = {"requestBody": _sent(create), "responses": _answers(201, schema)}
    return {"openapi": "3.0.3", "info": {"title": api, "version": "1"}, "paths": paths}


def theirs(api: Api) -> dict[str, Any] | None:
    """TM Forum's document without what is not served: listeners' own side, specifications, event records, groups."""
    known = official.document(api)
    if known is None:
        return None
    made = deepcopy(known)
    made["paths"] = {path: kept for path, kept in made["paths"].items() if path.strip("/").split("/")[0] in SERVED}
    if "swagger" in made:
        made["host"], made["schemes"] = "127.0.0.1", ["http"]
    else:
        made["servers"] = [{"url": f"/tmf-api/{api}"}]
    return made


def _sent(schema: lists.Schema) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _answers(status: int, schema: lists.Schema) -> dict[str, Any]:
    refused = {"description": "refused", "content": {"application/json": {"schema": lists.ERROR}}}
    return {
        str(status): {"description": "done", "content": {"application/json": {"schema": schema}}},
        "default": refused,
    }
