"""JSON operations of files."""

from typing import Any

from flask import request

from core.api import Blueprint
from core.errors import Forbidden, NotFound
from core.files import queries, services
from core.files.errors import FileEmpty
from core.files.schemas import FileSchema, UploadQuery
from core.security import Actor
from core.text import N_

api = Blueprint("files", __name__, description=N_("照片与文件"))

_FILE = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "JPEG, PNG, WebP; PDF, DOCX, XLSX",
                        }
                    },
                }
            }
        },
    }
}


@api.operation(
    "POST",
    "/files",
    "uploadFile",
    access="signed in",
    returns=FileSchema,
    status=201,
    query=UploadQuery,
    errors=(404, 413),
)
@api.doc(**_FILE)  # type: ignore[untyped-decorator]  # flask-smorest is untyped
def upload_file(actor: Actor, *, query: dict[str, Any]) -> queries.FileBrief:
    """Keep a photo or document, to be attached to something within a day; only its sender sees it till then.

    A photo comes back without metadata, upright, at most 2,048 pixels long.
    """
    file = request.files.get("file")
    if file is None:
        raise FileEmpty
    with file.stream:  # a large one lies in a temporary file
        data = file.read()
    area_code = _own_area(actor, query["area_code"])
    return services.store_file(actor, file.filename or "", data, area_code=area_code)


def _own_area(actor: Actor, area_code: str) -> str:
    if not actor.posts:
        raise Forbidden
    if not area_code:
        return actor.posts[0].area_code
    if not any(area_code.startswith(post.area_code) for post in actor.posts):
        raise NotFound
    return area_code


@api.operation("GET", "/files/<string:file_id>", "getFile", access="signed in", returns=FileSchema)
def get_file(actor: Actor, *, file_id: str) -> queries.FileBrief:
    """What is known of a file that the actor may see."""
    return queries.get_file(actor, file_id)
