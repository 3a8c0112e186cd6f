"""The residents' pages: to report, to follow, to rate, with an account or without. They join one blueprint.

`door` is the short address in the printed codes: /r/<code of the village or grid>.
"""

from flask import Blueprint

pages = Blueprint("cases_open", __name__, url_prefix="/cases/open")
door = Blueprint("cases_door", __name__, url_prefix="/r")
