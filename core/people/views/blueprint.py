"""The blueprint that the views of this folder hang on."""

from flask import Blueprint

pages = Blueprint("people", __name__, url_prefix="/people")
