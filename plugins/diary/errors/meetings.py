"""Why meetings and their minutes are refused."""

from core.errors import DomainError
from core.text import N_


class ResidentsMissing(DomainError):
    """A meeting without its share of ordinary residents is none (document 001)."""

    code, status = "diary_residents_missing", 409
    text = N_(
        "群众代表不足：到会 %(present)d 人，其中群众代表 %(residents)d 人，按规定不少于 %(percent)d%%，"
        "还差 %(missing)d 人。"
    )


class NobodyPresent(DomainError):
    """Nobody was ticked as present."""

    code, status = "diary_nobody_present", 409
    text = N_("还没有登记到会人员，请先签到。")


class MeetingMovedOn(DomainError):
    """What is wanted does not fit the meeting's state any more."""

    code, status = "diary_meeting_moved_on", 409
    text = N_("会议现在是“%(state)s”，不能这样操作。")
    words = ("state",)


class MinutesFinal(DomainError):
    """Final minutes stand; a correction is a new version."""

    code, status = "diary_minutes_final", 409
    text = N_("会议纪要已定稿，不能再改；有错请用“更正”，另存一版。")


class DraftChanged(DomainError):
    """Somebody saved the minutes meanwhile."""

    code, status = "diary_draft_changed", 409
    text = N_("会议纪要刚被别人保存过（第 %(version)d 稿）。您写的还在下面，请对照新的一稿后再保存。")


class NoMinutes(DomainError):
    """There is no text to make final, to print or to publish."""

    code, status = "diary_no_minutes", 409
    text = N_("还没有会议纪要，请先写。")


class AlreadyInvited(DomainError):
    """Once is enough."""

    code, status = "diary_already_invited", 409
    text = N_("这个人已在参会名单里。")


class NotOrdinary(DomainError):
    """Whoever governs here does not count as an ordinary resident."""

    code, status = "diary_not_ordinary", 409
    text = N_("%(name)s有管理岗位，不能算群众代表，请换一种身份参会。")


class ParticipantUnknown(DomainError):
    """Nobody of this id in the actor's areas."""

    code, status = "diary_participant_unknown", 422
    text = N_("没有找到这个人，或不在您的管辖范围内。")


class MatterUnknown(DomainError):
    """A case or entry that the actor does not see cannot be put on the table."""

    code, status = "diary_matter_unknown", 422
    text = N_("没有找到要上会的事项或日记，或不在您的管辖范围内。")


class ResolutionHasCase(DomainError):
    """What became a case is followed to its end."""

    code, status = "diary_resolution_has_case", 409
    text = N_("这一条已转为事项，要一直跟到办结。")


class RulesUnchanged(DomainError):
    """The same text is no new version."""

    code, status = "diary_rules_unchanged", 409
    text = N_("议事规则和现行的一版相同，没有另存。")


class RulesChanged(DomainError):
    """Somebody saved other rules meanwhile."""

    code, status = "diary_rules_changed", 409
    text = N_("议事规则刚被别人改过（第 %(version)d 版）。您写的还在下面，请对照新的一版后再保存。")
