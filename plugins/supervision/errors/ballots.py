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


class VoterLeft(DomainError):
    """Nobody casts a ballot for the dead, or for who moved away."""

    code, status = "supervision_voter_left", 409
    text = N_("这位表决人已登记离开（去世或迁出），不能再代为投票。已投的票仍然有效。")


class KinBallot(Forbidden):
    """Nobody handles a ballot of their own or of their kin."""

    code, text = "supervision_kin_ballot", N_("不能替自己或亲属录入、代投、核对表决票，请由他人办理。")


class OwnEntry(Forbidden):
    """A paper ballot counts when a second person has read it."""

    code, text = "supervision_own_entry", N_("纸质票要由录入人以外的人核对。")


class AuthorsBallot(Forbidden):
    """Whoever drafted or published a decision, or is their kin, has no hand in others' ballots on it."""

    code = "supervision_authors_ballot"
    text = N_("起草、公示这一事项的人及其亲属不能替别人投票，也不能录入、核对纸质票，请由他人办理。")


class OwnBallotStands(DomainError):
    """What a voter has cast themselves is changed by nobody else."""

    code, status = "supervision_own_ballot_stands", 409
    text = N_("这位村民已亲自投票，只有本人可以改。")


class HelpedAlready(DomainError):
    """A helper changes what they entered themselves; anybody else needs a paper and a second person."""

    code, status = "supervision_helped_already", 409
    text = N_("这位村民的票已由他人代投或用纸质票录入。要改的，请本人填写纸质票，由另一人核对。")


class PhotoUsed(DomainError):
    """One photo shows one paper."""

    code, status = "supervision_photo_used", 409
    text = N_("这张照片已用于另一张纸质票，请拍下这一张票。")


class AlreadyChecked(DomainError):
    """A paper ballot is checked once; a mistake is mended by entering it anew."""

    code, status = "supervision_ballot_checked", 409
    text = N_("这张纸质票已经核对过。")


class HasPhone(DomainError):
    """Whoever has an account votes themselves, or on paper: nobody, staff neither, does it for them."""

    code, status = "supervision_voter_has_phone", 409
    text = N_("这位村民有自己的账号，请本人在手机上表决，或者填写纸质票。")


class TooManyHelped(DomainError):
    """A helper helps a few, and does not gather the votes of a village."""

    code, status = "supervision_too_many_helped", 409
    text = N_("一次表决最多帮 %(most)d 人，其他人请填写纸质票，由另一人核对。")


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
