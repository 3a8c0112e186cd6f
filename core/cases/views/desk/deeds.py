"""The buttons of a case: each step by a form that names the version that its page showed."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from core.access import SIGNED_IN, demands, signed_in
from core.accounts.api import local_path
from core.cases import forms
from core.cases.queries.cases import case, works_on
from core.cases.queries.reach import CHECK, DISPATCH, URGE, WORK
from core.cases.queries.targets import target_of
from core.cases.rows import Helper
from core.cases.services import dispatching, rating, supervising, working
from core.cases.services.answering import answer_case
from core.cases.views.desk import pages
from core.cases.views.desk.page import case_page
from core.errors import DomainError, NotFound
from core.files.api import prepared_photos
from core.security import Actor, current_actor
from core.text import N_
from core.web import read_form, say

MOST_PHOTOS = 9
Do = Callable[..., None]


def _deed(path: str, deed: str, form: type[Schema], done: str, access: str = SIGNED_IN) -> Callable[[Do], Do]:
    """POST /cases/<id>/`path`; `done` is said when it worked. Which desk may is the service's to say."""

    def declare(do: Do) -> Do:
        def answered(case_id: int) -> ResponseReturnValue:
            actor = current_actor()
            try:
                values = read_form(form())
                do(actor, case_id, seen=values.pop("version"), **values)
            except NotFound:
                raise
            except DomainError as error:
                return case_page(actor, case(actor, case_id), deed=deed, error=error)
            flash(say(done), "success")
            return redirect(_way_on(actor, case_id), 303)

        answered.__doc__, answered.__name__ = do.__doc__, do.__name__
        guard = signed_in if access == SIGNED_IN else demands(access)
        pages.post(f"/<int:case_id>/{path}", endpoint=do.__name__)(guard(answered))
        return do

    return declare


def _way_on(actor: Actor, case_id: int) -> str:
    """Back to the list that the button stood on, or to the case; to one's desk when it is out of sight."""
    if request.form.get("next"):
        return local_path(request.form["next"])
    if not works_on(actor, case_id):
        return url_for("cases.my_desk")
    return url_for("cases.show_case", case_id=case_id)


@_deed("dispatch", "dispatch", forms.DispatchForm, N_("已交办。"), DISPATCH)
def dispatch(actor: Actor, case_id: int, *, target: str, helpers: list[str], **values: Any) -> None:
    """Give it to a desk, with helpers."""
    area_code = case(actor, case_id).area_code
    desk = target_of(area_code, target)
    beside = [target_of(area_code, each) for each in helpers if each != target]
    values["difficulty"] = values["difficulty"] or None
    dispatching.dispatch_case(
        actor,
        case_id,
        level=desk.level,
        area_code=desk.area_code,
        unit_id=desk.unit_id,
        helpers=[Helper(each.level, each.area_code, each.unit_id) for each in beside],
        **values,
    )


@_deed("accept", "accept", forms.SeenForm, N_("已签收，请按时办理。"), WORK)
def accept(actor: Actor, case_id: int, **values: Any) -> None:
    """Mine."""
    working.accept_case(actor, case_id, **values)


@_deed("start", "start", forms.NoteForm, N_("已开始办理。"), WORK)
def start(actor: Actor, case_id: int, **values: Any) -> None:
    """The work begins."""
    working.start_case(actor, case_id, **values)


@_deed("resolve", "resolve", forms.ResolveForm, N_("已办结，反馈人会看到答复并评价。"), WORK)
def resolve(actor: Actor, case_id: int, **values: Any) -> None:
    """What became of it, with photos."""
    photos = prepared_photos(request.files.getlist("photos"), most=MOST_PHOTOS)
    answer_case(actor, case_id, photos, **values)


@_deed("transfer", "transfer", forms.TransferForm, N_("已转办。"))
def transfer(actor: Actor, case_id: int, *, target: str, **values: Any) -> None:
    """To another desk."""
    desk = target_of(case(actor, case_id).area_code, target)
    dispatching.transfer_case(
        actor, case_id, level=desk.level, area_code=desk.area_code, unit_id=desk.unit_id, **values
    )


@_deed("return", "return", forms.ReasonForm, N_("已退回。"))
def send_back(actor: Actor, case_id: int, **values: Any) -> None:
    """Back to where it came from."""
    dispatching.return_case(actor, case_id, **values)


@_deed("escalate", "escalate", forms.ReasonForm, N_("已上报。"))
def escalate(actor: Actor, case_id: int, **values: Any) -> None:
    """One level up."""
    dispatching.escalate_case(actor, case_id, **values)


@_deed("pause", "pause", forms.PauseForm, N_("已暂停计时。"), WORK)
def pause(actor: Actor, case_id: int, **values: Any) -> None:
    """Let the clock stand."""
    working.pause_case(actor, case_id, **values)


@_deed("resume", "resume", forms.SeenForm, N_("已恢复计时。"), WORK)
def resume(actor: Actor, case_id: int, **values: Any) -> None:
    """Let it go on."""
    working.resume_case(actor, case_id, **values)


@_deed("comment", "comment", forms.NoteForm, N_("已记下。"))
def comment(actor: Actor, case_id: int, **values: Any) -> None:
    """For colleagues."""
    working.comment_case(actor, case_id, **values)


@_deed("help-done", "help_done", forms.NoteForm, N_("协办已完成。"), WORK)
def help_done(actor: Actor, case_id: int, **values: Any) -> None:
    """My part is done."""
    working.finish_help(actor, case_id, **values)


@_deed("urge", "urge", forms.NoteForm, N_("已督办，承办人会收到提醒。"), URGE)
def urge(actor: Actor, case_id: int, **values: Any) -> None:
    """Get on with it."""
    supervising.urge_case(actor, case_id, **values)


@_deed("check", "check", forms.CheckForm, N_("已记下抽查结果。"), CHECK)
def check(actor: Actor, case_id: int, **values: Any) -> None:
    """What the spot check found."""
    supervising.spot_check_case(actor, case_id, **values)


@_deed("rate-for", "rate_for", forms.RecordedRateForm, N_("已登记评价。"))
def rate_for(actor: Actor, case_id: int, **values: Any) -> None:
    """What the reporter said when asked."""
    rating.record_rating(actor, case_id, **values)


@_deed("reopen", "reopen", forms.ReasonForm, N_("已重办，交给上一级。"))
def reopen(actor: Actor, case_id: int, **values: Any) -> None:
    """Take it up again."""
    rating.reopen_case(actor, case_id, **values)


@_deed("close", "close", forms.SeenForm, N_("已销号。"), DISPATCH)
def close(actor: Actor, case_id: int, **values: Any) -> None:
    """Strike it off."""
    rating.close_case(actor, case_id, **values)


@_deed("cancel", "cancel", forms.ReasonForm, N_("已撤销。"), DISPATCH)
def cancel(actor: Actor, case_id: int, **values: Any) -> None:
    """Cancel it."""
    rating.cancel_case(actor, case_id, **values)
