"""TM Forum's own documents, where they are at hand: `TMF_DOCUMENTS` names their folder (README beside)."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

Api = Literal["troubleTicket/v4", "troubleTicket/v5", "serviceProblemManagement/v4"]
FILES: dict[Api, str] = {
    "troubleTicket/v4": "TMF621-TroubleTicket-v4.0.0.swagger.json",
    "troubleTicket/v5": "TMF621-Trouble_Ticket-v5.0.1.oas.yaml",
    "serviceProblemManagement/v4": "TMF656-ServiceProblem-v4.0.0.swagger.json",
}


@cache
def document(api: Api) -> dict[str, Any] | None:
    """One API's document; None where it is not at hand."""
    folder = os.environ.get("TMF_DOCUMENTS")
    file = Path(folder) / FILES[api] if folder else None
    if file is None or not file.is_file():
        return None
    content = file.read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(content) if file.suffix == ".json" else yaml.load(content, yaml.CSafeLoader)
    return found


@cache
def schema(api: Api, name: str) -> str | None:
    """A JSON Schema (as JSON) of one definition with all that it refers to."""
    known = document(api)
    if known is None:
        return None
    if "swagger" in known:
        return json.dumps({"$ref": f"#/definitions/{name}", "definitions": known["definitions"]}, default=str)
    parts = {"schemas": {key: _by_type(value) for key, value in known["components"]["schemas"].items()}}
    return json.dumps({"$ref": f"#/components/schemas/{name}", "components": parts}, default=str)


def _by_type(value: Any) -> Any:
    """`oneOf` with a discriminator, in JSON Schema's own words: the `@type` says which one it has to be."""
    match value:
        case {"oneOf": list(), "discriminator": {"mapping": dict(mapping), "propertyName": str(name)}}:
            choices = [
                {"if": {"properties": {name: {"const": kind}}}, "then": {"$ref": ref}} for kind, ref in mapping.items()
            ]
            return {"required": [name], "properties": {name: {"enum": list(mapping)}}, "allOf": choices}
        case dict():
            return {key: _by_type(inner) for key, inner in value.items()}
        case list():
            return [_by_type(inner) for inner in value]
        case _:
            return value
