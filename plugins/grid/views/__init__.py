"""Pages of the grid plugin: one blueprint, one file for each subject."""

from flask import Blueprint

pages = Blueprint("grid", __name__, url_prefix="/grid")
