"""Pages of the call button plugin: one blueprint, one file for each subject."""

from flask import Blueprint

pages = Blueprint("call_button", __name__, url_prefix="/call-button")
