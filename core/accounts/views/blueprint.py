"""The one blueprint that all pages of accounts join."""

from flask import Blueprint

pages = Blueprint("accounts", __name__, url_prefix="/accounts")
