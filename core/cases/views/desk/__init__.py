"""The pages of staff: desk, board, case, routing, supervision, figures. They join one blueprint."""

from flask import Blueprint

pages = Blueprint("cases", __name__, url_prefix="/cases")
