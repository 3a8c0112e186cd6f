"""Pages of the diary plugin: one blueprint, one file for each subject."""

from flask import Blueprint

pages = Blueprint("diary", __name__, url_prefix="/diary")
