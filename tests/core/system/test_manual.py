"""The interface's manual: from the live OpenAPI text, complete, readable without scripts."""

import re

from core.system.manual import read_groups, read_shapes

PLUGIN = """
from core.api import Blueprint
from core.hookspecs import hookimpl
from marshmallow import Schema, fields

class TreeSchema(Schema):
    id = fields.String(required=True)
    height = fields.Integer(allow_none=True)

api = Blueprint("trial", __name__, description="种树")

@api.operation("GET", "/trees/<string:tree_id>", "getTree", access="signed in", returns=TreeSchema)
def get_tree(actor, *, tree_id):
    "一棵树"
    return {"id": tree_id}

@hookimpl
def register_api():
    return [api]
"""


def test_the_manual_lists_every_operation_that_is_there(client):
    spec = client.get("/api/v1/openapi.json").json
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    operations = [told for item in spec["paths"].values() for told in item.values() if "operationId" in told]
    assert len(operations) > 20
    for told in operations:
        assert f'id="{told["operationId"]}"' in page.text
    for name in spec["components"]["schemas"]:
        assert f'id="shape-{name}"' in page.text
    for sign in ("accounts.manage", "登录即可", "公开", "Idempotency-Key", "404"):
        assert sign in page.text
    assert "<script" not in page.text
    assert "Set-Cookie" not in page.headers


def test_links_inside_the_manual_lead_somewhere(client):
    page = client.get("/api/v1/docs").text
    anchors = set(re.findall(r'id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= anchors


def test_a_plugin_s_operation_comes_and_goes_with_it(plugin_folder, build_app):
    assert "getTree" not in build_app().test_client().get("/api/v1/docs").text
    plugin_folder("trial", {"plugin.py": PLUGIN})
    page = build_app().test_client().get("/api/v1/docs").text
    for sign in ("getTree", "/api/v1/trees/{tree_id}", "一棵树", "种树", 'href="#shape-Tree"'):
        assert sign in page


def test_an_openapi_text_is_read_into_groups_and_shapes():
    spec = {
        "tags": [{"name": "trees", "description": "种树"}],
        "paths": {
            "/trees": {
                "get": {
                    "operationId": "listTrees",
                    "tags": ["trees"],
                    "parameters": [{"name": "page", "in": "query", "schema": {"type": "integer"}}],
                    "responses": {
                        "200": {
                            "content": {
                                "application/json": {
                                    "schema": {
                                        "type": "array",
                                        "items": {"$ref": "#/components/schemas/Tree"},
                                    }
                                }
                            }
                        },
                        "404": {},
                        "default": {},
                    },
                }
            }
        },
        "components": {
            "schemas": {
                "Tree": {
                    "required": ["id"],
                    "properties": {
                        "id": {"type": "string"},
                        "height": {"type": ["integer", "null"]},
                        "kind": {"enum": ["oak", None]},
                        "at": {"type": "string", "format": "date-time"},
                        "owner": {"anyOf": [{"$ref": "#/components/schemas/Tree"}, {"type": "null"}]},
                    },
                }
            }
        },
    }
    (group,) = read_groups(spec)
    (operation,) = group.operations
    assert (group.description, operation.id, operation.method) == ("种树", "listTrees", "GET")
    assert (operation.success, operation.returns, operation.errors) == ("200", "Tree[]", ("404",))
    (shape,) = read_shapes(spec)
    assert [(field.name, field.kind, field.is_required) for field in shape.fields] == [
        ("id", "string", True),
        ("height", "integer | null", False),
        ("kind", "oak | null", False),
        ("at", "string (date-time)", False),
        ("owner", "Tree | null", False),
    ]
