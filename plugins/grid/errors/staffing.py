"""What can stand against a post in a grid."""

from core.errors import DomainError, Invalid
from core.text import N_


class LeaderTaken(DomainError):
    """A grid has exactly one leader."""

    code, text = "leader_taken", N_("这个网格在这段时间已有网格长，请先交接或把起止日期错开。")


class MemberTaken(DomainError):
    """A grid has exactly one full-time member."""

    code, text = "member_taken", N_("这个网格在这段时间已有专职网格员，请先交接或把起止日期错开。")


class AlreadyThere(DomainError):
    """One person, one post in a grid at a time."""

    code, text = "person_already_there", N_("这个人在这个网格已有岗位。")


class PersonUnknown(Invalid):
    """Nobody of this number in the register of the actor's areas."""

    code, text = "person_unknown", N_("户籍里没有这个人，或不在您负责的区域内。")


class PostOver(DomainError):
    """The post has ended."""

    code, text = "grid_post_over", N_("这个岗位已经结束。")


class WorkLeftOpen(DomainError):
    """Somebody leaves and open work would be nobody's. `work`: what and how much."""

    code = "work_left_open"
    text = N_("还有没办完的工作（%(work)s），请选择接手人，或先办完。")


class NobodyChosen(Invalid):
    """A post that is to stay vacant says so: an empty form is a slip."""

    code = "successor_or_vacant"
    text = N_("请选择接任的人；确实要空出这个岗位的，请勾选“岗位空出”。")


class NoSuccessorGiven(DomainError):
    """Who takes over must hold a post in the same grid and have an account."""

    code, text = "successor_unfit", N_("接手人应在同一个网格有岗位，并有登录账号。")


class CoverWrong(DomainError):
    """Acting cover is for a time, by somebody else."""

    code, status, text = "cover_wrong", 422, N_("代岗要有起止日期，且由另一个人承担。")


class BatchGone(DomainError):
    """An imported batch that was undone, or whose posts were changed since."""

    code, text = "batch_gone", N_("这批导入已经撤销过，或其中的岗位后来又有变动，不能整批撤销。")
