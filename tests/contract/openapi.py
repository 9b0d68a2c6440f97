"""An official OpenAPI file as a judge: does this body fit what the file says about this operation?

OpenAPI schemas become JSON Schema 2020-12. Stricter than the files in one thing: a field that a file does not name is
refused, so that a typing error in a name is found. Looser in one: see `_blank`.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from jsonschema import Draft202012Validator, FormatChecker

Schema = dict[str, Any]
Mode = Literal["request", "response"]
REFS = "#/components/schemas/"
BASE = " (basis)"  # a polymorphic schema as its own subtypes refer to it: without choosing a subtype again
FORMATS = FormatChecker()


class Converter:
    """Schemas of one file for requests or for responses."""

    def __init__(self, components: dict[str, Schema], mode: Mode) -> None:
        self.components, self.mode = components, mode

    def definitions(self) -> dict[str, Schema]:
        made: dict[str, Schema] = {}
        for name, schema in self.components.items():
            made[name] = self._schema(schema, name)
            if _mapping(schema):
                plain = {key: value for key, value in schema.items() if key not in ("discriminator", "oneOf")}
                made[name + BASE] = self._schema(plain, name)
        return made

    def place(self, schema: Schema) -> Schema:
        """A schema where a value of its own stands: nothing unknown may be in it."""
        nullable = schema.get("nullable", False)
        made = self._schema({key: value for key, value in schema.items() if key != "nullable"}, "")
        made = made if "additionalProperties" in made else made | {"unevaluatedProperties": False}
        return {"anyOf": [{"type": "null"}, made]} if nullable else made

    def _schema(self, schema: Schema, name: str) -> Schema:
        if "$ref" in schema:
            return {"$ref": self._pointer(schema["$ref"])}
        made = {key: schema[key] for key in _KEPT if key in schema}
        if "properties" in schema:
            required = schema.get("required", [])
            made["properties"] = {key: self._property(one, key in required) for key, one in _properties(schema)}
        made["required"] = [key for key in schema.get("required", []) if not self._not_mine(schema, key)]
        if isinstance(schema.get("additionalProperties"), dict):
            made["additionalProperties"] = self.place(schema["additionalProperties"])
        if "items" in schema:
            made["items"] = self.place(schema["items"])
        parts = [self._part(one, name) for one in schema.get("allOf", [])]
        mapping = _mapping(schema)
        if mapping:
            parts += self._choices(schema["discriminator"]["propertyName"], mapping)
        return made | ({"allOf": parts} if parts else {})

    def _part(self, schema: Schema, name: str) -> Schema:
        """A part of allOf; the base of a subtype must not choose the subtype again."""
        target = schema.get("$ref", "").removeprefix(REFS)
        if target and REFS + name in _mapping(self.components[target]).values():
            return {"$ref": f"#/$defs/{target}{BASE}"}
        return self._schema(schema, name)

    def _choices(self, key: str, mapping: dict[str, str]) -> list[Schema]:
        """oneOf with a discriminator: the value chooses, and an unknown value is wrong."""
        known: Schema = {"properties": {key: {"enum": list(mapping)}}, "required": [key]}
        return [known] + [
            {"if": {"properties": {key: {"const": value}}}, "then": {"$ref": self._pointer(ref)}}
            for value, ref in mapping.items()
        ]

    def _property(self, schema: Schema, required: bool) -> Schema:
        if self.mode == "request" and schema.get("readOnly"):
            return {}  # may be sent, is not read
        return self.place(schema) if required else _blank(self.place(schema))

    def _not_mine(self, schema: Schema, key: str) -> bool:
        one = schema.get("properties", {}).get(key, {})
        return bool(one.get("readOnly" if self.mode == "request" else "writeOnly", False))

    def _pointer(self, ref: str) -> str:
        return "#/$defs/" + ref.removeprefix(REFS)


_KEPT = (
    "type", "enum", "const", "pattern", "format", "minLength", "maxLength", "minimum", "maximum", "minItems",
    "maxItems",
)  # fmt: skip


def _properties(schema: Schema) -> list[tuple[str, Schema]]:
    return [(key, one) for key, one in schema["properties"].items() if isinstance(one, dict)]


def _mapping(schema: Schema) -> dict[str, str]:
    mapping: dict[str, str] = schema.get("discriminator", {}).get("mapping", {})
    return mapping


def _blank(schema: Schema) -> Schema:
    """Open Klant gives and takes "" for a text that is not filled in; patterns in its file forget that."""
    if any(key in schema for key in ("pattern", "format", "minLength")):
        return {"anyOf": [{"const": ""}, schema]}
    return schema


@dataclass(frozen=True)
class Spec:
    """One official file. `deviations`: schema → what real servers do otherwise, put over the file's own words."""

    path: Path
    deviations: tuple[tuple[str, str, str, Any], ...] = ()  # schema, property, key, value

    @property
    def document(self) -> dict[str, Any]:
        return _document(self)

    def operations(self) -> set[str]:
        methods = ("get", "post", "put", "patch", "delete")
        return {f"{m.upper()} {p}" for p, ops in self.document["paths"].items() for m in ops if m in methods}

    def parameters(self, operation: str) -> dict[str, Schema]:
        """Query parameters of an operation by name."""
        found = self._operation(operation).get("parameters", [])
        return {one["name"]: one["schema"] for one in found if one["in"] == "query"}

    def request_faults(self, operation: str, body: Any) -> list[str]:
        schema = _content(self._operation(operation)["requestBody"])
        return self.faults(schema, body, "request")

    def response_faults(self, operation: str, status: int, body: Any) -> list[str]:
        responses = self._operation(operation)["responses"]
        response = responses.get(str(status))
        if response is None:
            return [f"{operation} may not answer {status}"]
        if "$ref" in response:
            response = self.document["components"]["responses"][response["$ref"].rpartition("/")[2]]
        if "content" not in response:
            return [] if body is None else [f"{operation} {status} has no body in the file"]
        return self.faults(_content(response), body, "response")

    def faults(self, schema: Schema, body: Any, mode: Mode) -> list[str]:
        """One sentence per place where a body does not fit; none is good."""
        errors = _validator(self, json.dumps(schema), mode).iter_errors(body)
        return [f"{error.json_path}: {error.message[:300]}" for error in errors]

    def _operation(self, operation: str) -> dict[str, Any]:
        method, _, path = operation.partition(" ")
        found: dict[str, Any] = self.document["paths"][path][method.lower()]
        return found


def _content(part: dict[str, Any]) -> Schema:
    schema: Schema = next(iter(part["content"].values()))["schema"]
    return schema


@cache
def _document(spec: Spec) -> dict[str, Any]:
    document: dict[str, Any] = copy.deepcopy(yaml.load(spec.path.read_text("utf-8"), Loader=yaml.CSafeLoader))
    for schema, name, key, value in spec.deviations:
        document["components"]["schemas"][schema]["properties"][name][key] = value
    return document


@cache
def _definitions(spec: Spec, mode: Mode) -> dict[str, Schema]:
    return Converter(spec.document["components"]["schemas"], mode).definitions()


@cache
def _validator(spec: Spec, schema: str, mode: Mode) -> Draft202012Validator:
    whole = Converter({}, mode).place(json.loads(schema)) | {"$defs": _definitions(spec, mode)}
    return Draft202012Validator(whole, format_checker=FORMATS)
