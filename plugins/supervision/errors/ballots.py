"""Why ballots, their checks and certificates are refused."""

from core.errors import DomainError, Forbidden
from core.text import N_


class NotOnRoll(Forbidden):
    """Only who stands on the roll of the version votes."""

    code, text = "supervision_not_on_roll", N_("您不在这个事项的表决名册上。")


class NotOpen(DomainError):
    """Nothing is voted on: a draft, or it is being carried out already."""

    code, status = "supervision_ballot_not_open", 409
    text = N_("这个事项没有在表决。")


class Withdrawn(DomainError):
    """A decision that was taken back takes no ballots."""

    code, status = "supervision_decision_withdrawn", 409
    text = N_("这个事项已撤回，不再表决。")


class BallotClosed(DomainError):
    """The time is over."""

    code, status = "supervision_ballot_closed", 409
    text = N_("表决已于 %(at)s 截止。")


class VersionReplaced(DomainError):
    """The text was changed since it was read: whoever votes has to read it again."""

    code, status = "supervision_version_replaced", 409
    text = N_("这个事项已改为第 %(number)d 版，请看过新的内容再表决。")


class KinBallot(Forbidden):
    """Nobody handles a ballot of their own or of their kin."""

    code, text = "supervision_kin_ballot", N_("不能替自己或亲属录入、代投、核对表决票，请由他人办理。")


class OwnEntry(Forbidden):
    """A paper ballot counts when a second person has read it."""

    code, text = "supervision_own_entry", N_("纸质票要由录入人以外的人核对。")


class AlreadyChecked(DomainError):
    """A paper ballot is checked once; a mistake is mended by entering it anew."""

    code, status = "supervision_ballot_checked", 409
    text = N_("这张纸质票已经核对过。")


class HasPhone(DomainError):
    """A neighbour helps only who has no account; everybody else votes themselves, or on paper."""

    code, status = "supervision_voter_has_phone", 409
    text = N_("这位村民有自己的账号，请本人在手机上表决，或者填写纸质票。")


class TooManyHelped(DomainError):
    """A neighbour helps a few, and does not gather the votes of a village."""

    code, status = "supervision_too_many_helped", 409
    text = N_("邻居一次表决最多帮 %(most)d 人，其他人请网格员帮助。")


class NoSuchVoter(DomainError):
    """Nobody of that name stands on the roll, or several do."""

    code, status = "supervision_no_such_voter", 404
    text = N_("名册上没有这个姓名，或者有同名的人，请网格员帮助。")


class CertificateNotYet(DomainError):
    """A certificate of leave to carry out is there when the gate is open."""

    code, status = "supervision_certificate_not_yet", 409
    text = N_("现在还不能开具可实施凭证：%(why)s。")


class BadCertificate(DomainError):
    """Not signed by this county, altered, or no certificate at all."""

    code, status = "supervision_bad_certificate", 422
    text = N_("凭证无效：不是本县签发的，或者内容被改动过。")
