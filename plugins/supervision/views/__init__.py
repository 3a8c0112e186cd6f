"""Pages of the supervision plugin: one blueprint, one file for each subject."""

from flask import Blueprint

pages = Blueprint("supervision", __name__, url_prefix="/supervision")
