"""Why a claim is not taken, or does not go on."""

from core.errors import DomainError
from core.text import N_


class NotYoursToFile(DomainError):
    """The rule does not let this kind of person file a claim."""

    code, status = "not_yours_to_file", 403
    text = N_("“%(title)s”不由您这类人员申报，请找网格员。")


class ClaimEvidenceMissing(DomainError):
    """The rule asks for a photo or a witness."""

    code, status = "claim_evidence_missing", 422
    text = N_("按规则要有佐证：请附照片，或写明见证人。")


class HouseholdUnclear(DomainError):
    """No household of the village has such a head, or several have."""

    code, status = "household_unclear", 422
    text = N_("本村没有找到这一户，或有几户同名，请写户编号。")


class ClaimNotPublicYet(DomainError):
    """Nobody can object to what is still being checked."""

    code, status = "claim_not_public_yet", 409
    text = N_("这条申报还在审核，没有公示；公示以后才能提异议。")


class ClaimMovedOn(DomainError):
    """The claim is no longer where this step begins."""

    code, status = "claim_moved_on", 409
    text = N_("这条申报的状态已经变了，请刷新后再看。")


class PublicityOver(DomainError):
    """Objections are raised while it is public."""

    code, status = "publicity_over", 409
    text = N_("公示期已过（到 %(day)s 为止）。有问题请直接向村委会反映。")


class ObjectedAlready(DomainError):
    """A person objects to a claim once: what the committee has answered stands."""

    code, status = "objected_already", 409
    text = N_("您已经对这一条提过异议，请看村委会的答复。")


class TooManyClaims(DomainError):
    """So many wait for a check that more would hide them."""

    code, status = "too_many_claims", 409
    text = N_("您还有 %(most)d 条申报没有审完，请等审完再报。")
