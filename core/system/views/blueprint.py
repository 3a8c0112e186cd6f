"""The one blueprint that all pages of the system join."""

from flask import Blueprint

pages = Blueprint("system", __name__)
