"""Tasks as JSON."""

from typing import Any

from core.api import Page
from core.security import Actor
from plugins.grid.endpoints import api
from plugins.grid.endpoints.files import key
from plugins.grid.queries import tasks as queries
from plugins.grid.schemas import tasks as shapes
from plugins.grid.services import tasks as services

DO, GIVE = "grid.task_do", "grid.task_give"


@api.operation(
    "GET",
    "/tasks",
    "listTasks",
    access="grid.task_view",
    returns=shapes.TaskSchema,
    many=True,
    query=shapes.TaskQuery,
)
def list_tasks(actor: Actor, *, query: dict[str, Any]) -> Page:
    """Tasks in one's areas; open ones by the day they are due."""
    found, total = queries.list_tasks(actor.demand("grid.task_view"), **query)
    return Page(found, total)


@api.operation(
    "POST",
    "/tasks",
    "createTask",
    access=GIVE,
    returns=shapes.TaskSchema,
    status=201,
    body=shapes.NewTaskSchema,
    errors=(404,),
)
def create_task(actor: Actor, *, body: dict[str, Any]) -> queries.TaskView:
    """Give a task. A photo as evidence is off (403 burden_off) unless the config grounds photo_duty."""
    return queries.task(actor, services.create_task(actor, services.NewTask(**body)))


@api.operation(
    "POST",
    "/tasks/<string:task_id>/finish",
    "finishTask",
    access=DO,
    returns=shapes.TaskSchema,
    body=shapes.TaskDone,
)
def finish_task(actor: Actor, *, task_id: str, body: dict[str, Any]) -> queries.TaskView:
    """It is done, with the evidence that was wanted."""
    services.finish_task(actor, key(task_id), **body)
    return queries.task(actor, key(task_id))


@api.operation(
    "POST",
    "/tasks/<string:task_id>/check",
    "checkTask",
    access=GIVE,
    returns=shapes.TaskSchema,
    body=shapes.TaskCheck,
)
def check_task(actor: Actor, *, task_id: str, body: dict[str, Any]) -> queries.TaskView:
    """Who gives tasks looks at what was done: good, or back to be done again."""
    services.check_task(actor, key(task_id), **body)
    return queries.task(actor, key(task_id))
