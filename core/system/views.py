"""The home page and what runs the county."""

from flask import Blueprint, render_template

from core.access import public

pages = Blueprint("system", __name__)


@pages.get("/")
@public("the first page; it shows a way to log in to whoever has none")
def home() -> str:
    """The home page."""
    return render_template("system/home.html")
