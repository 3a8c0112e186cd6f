"""Answers of GeoReport v2: the same tree as JSON or XML."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from flask import Response

JSON, XML = "json", "xml"
_TYPES = {JSON: "application/json; charset=utf-8", XML: "text/xml; charset=utf-8"}
# What XML 1.0 cannot hold at all.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def answer(form: str, root: str, item: str, rows: Sequence[Mapping[str, Any]], status: int = 200) -> Response:
    """A list: `[{...}]`, or `<root><item>...</item></root>`."""
    if form == XML:
        inner = "".join(_element(item, row) for row in rows)
        return _response(form, f"<{root}>{inner}</{root}>", status)
    return _response(form, json.dumps(rows, ensure_ascii=False), status)


def one(form: str, root: str, tree: Mapping[str, Any]) -> Response:
    """A single thing: `{...}`, or `<root>...</root>`."""
    body = _element(root, tree) if form == XML else json.dumps(tree, ensure_ascii=False)
    return _response(form, body, 200)


def _response(form: str, body: str, status: int) -> Response:
    head = '<?xml version="1.0" encoding="utf-8"?>' if form == XML else ""
    return Response(head + body, status, content_type=_TYPES[form])


def _element(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        inner = "".join(_element(key, each) for key, each in value.items())
    elif isinstance(value, list):
        # `attributes` holds `attribute`s, `values` holds `value`s.
        inner = "".join(_element(name[:-1], each) for each in value)
    elif isinstance(value, bool):
        inner = "true" if value else "false"
    else:
        inner = "" if value is None else escape(_NOT_IN_XML.sub("", str(value)))
    return f"<{name}>{inner}</{name}>"
