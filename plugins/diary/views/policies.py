"""Public policies on the phone: for residents and everybody else, without names of people."""

from flask import render_template, request

from core.access import public
from core.security import current_actor
from core.web import page_number
from plugins.diary.library_words import CATEGORIES
from plugins.diary.queries import library as queries
from plugins.diary.views import pages

PAGE_SIZE = 20


@pages.get("/policies")
@public("policies that are marked as public are there for everybody")
def policies() -> str:
    """What holds today and is public, the newest first."""
    category, text = request.args.get("category", ""), request.args.get("q", "")
    category = category if category in CATEGORIES else ""
    found, total = queries.list_documents(
        current_actor(),
        search=text,
        category=category,
        public=True,
        page=page_number(),
        page_size=PAGE_SIZE,
    )
    return render_template(
        "diary/policies.html",
        documents=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        categories=CATEGORIES,
        category=category,
        q=text,
    )


@pages.get("/policies/<int:document_id>")
@public("policies that are marked as public are there for everybody")
def policy(document_id: int) -> str:
    """One of them in its newest version."""
    view = queries.public_document(current_actor(), document_id)
    return render_template(
        "diary/policy.html",
        document=view,
        shown=queries.version_of(current_actor(), document_id, view.version),
        categories=CATEGORIES,
    )
