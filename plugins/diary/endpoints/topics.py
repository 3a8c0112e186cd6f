"""Topics as JSON."""

from typing import Any

from core.api import Page
from core.security import Actor
from plugins.diary.endpoints import api
from plugins.diary.queries import topics as queries
from plugins.diary.schemas import topics as shapes


@api.operation(
    "GET",
    "/topics",
    "listTopics",
    access=queries.TOPICS_RIGHT,
    returns=shapes.TopicSchema,
    many=True,
    query=shapes.TopicQuery,
)
def list_topics(actor: Actor, *, query: dict[str, Any]) -> Page:
    """Topics that lie wholly in one's areas, those of most entries first."""
    scope = actor.demand(queries.TOPICS_RIGHT)
    found, total = queries.list_topics(scope, **query)
    return Page(found, total)
