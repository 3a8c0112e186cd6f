"""The manual of the JSON interface: a page without scripts or outside hosts."""

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from core.access import public
from core.api import PREFIX
from core.system.manual import read_groups, read_shapes
from core.system.views.blueprint import pages


@pages.get(f"{PREFIX}/docs")
@public("the interface's shapes are no secret; its data are")
def docs() -> ResponseReturnValue:
    """Every operation that is there now, from the same source as openapi.json."""
    spec = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"].document()
    shapes = read_shapes(spec)
    names = {shape.name for shape in shapes}
    return render_template("system/docs.html", groups=read_groups(spec), shapes=shapes, shape_names=names)
