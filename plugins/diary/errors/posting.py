"""Why postings and teams are refused."""

from core.errors import DomainError
from core.text import N_


class PlaceTaken(DomainError):
    """A village has one fixed cadre a line (一村一干部)."""

    code, status = "diary_place_taken", 409
    text = N_("%(area)s 已有定点的驻村干部，请先办理交接或结束派驻。")


class PlacesWrong(DomainError):
    """Fixed is one place, roving is several."""

    code, status = "diary_places_wrong", 422
    text = N_("定点派驻请选一个村社；流动派驻请选两个以上的村社。")


class PostingOver(DomainError):
    """The posting has ended."""

    code, status = "diary_posting_over", 409
    text = N_("这次派驻已经结束，请刷新后再办。")


class SuccessorWrong(DomainError):
    """Nobody takes over from themselves."""

    code, status = "diary_successor_wrong", 422
    text = N_("接手的人应是另一个账号。")


class AccountUnknown(DomainError):
    """No such account in the actor's areas."""

    code, status = "diary_account_unknown", 422
    text = N_("没有这个账号，或不在您的管辖范围内。")


class WorkItemDone(DomainError):
    """The line of the work list is done already."""

    code, status = "diary_work_item_done", 409
    text = N_("这一项已经办结。")


class TeamThere(DomainError):
    """A village has one team."""

    code, status = "diary_team_there", 409
    text = N_("这个村已有联村团队。")


class TeamClosed(DomainError):
    """The team was dissolved."""

    code, status = "diary_team_closed", 409
    text = N_("这个团队已经撤销，请刷新后再办。")


class TeamRoleTaken(DomainError):
    """One lead and one head a team, nobody twice."""

    code, status = "diary_team_role_taken", 409
    text = N_("团长、组长各一名，一人在一个团队里只任一职；请先移出原来的人。")
