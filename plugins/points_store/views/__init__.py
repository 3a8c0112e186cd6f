"""Pages of the points store: one blueprint, one file for each kind of user."""

from flask import Blueprint

pages = Blueprint("points_store", __name__, url_prefix="/points-store")
