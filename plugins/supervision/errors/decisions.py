"""Why decisions, their steps, rolls and their execution are refused."""

from core.errors import DomainError, Invalid
from core.text import N_


class DecisionMovedOn(DomainError):
    """What is wanted does not fit the decision's state any more."""

    code, status = "supervision_decision_moved_on", 409
    text = N_("决策事项现在是“%(state)s”，不能这样操作。")
    words = ("state",)


class Recused(DomainError):
    """Whoever left roll, base and view by recusal does nothing on the decision either."""

    code, status = "supervision_recused", 403
    text = N_("您与这一事项有利害关系，已回避，不能办理。")


class OwnRecusal(DomainError):
    """Nobody decides whether they themselves, or their kin, are concerned."""

    code, status = "supervision_own_recusal", 403
    text = N_("本人或亲属是否回避，要由别人确认。")


class AuthorsRecusal(DomainError):
    """Whoever drafted or published a decision, or is their kin, does not choose who votes on it."""

    code, status = "supervision_authors_recusal", 403
    text = N_("起草、公示这一事项的人及其亲属不能确认是否回避，请镇街或其他人确认。")


class SecondPerson(DomainError):
    """One person puts somebody forward, another one decides."""

    code, status = "supervision_second_person", 403
    text = N_("提出回避的人不能自己确认，请由另一人确认。")


class RollShrunk(DomainError):
    """Where more than half of the voters left by recusal, the level above looks at it and publishes."""

    code, status = "supervision_roll_shrunk", 409
    text = N_("有表决权的 %(eligible)d 人中有 %(left)d 人回避，超过一半，请镇街核实后公示。")


class StepsNeeded(Invalid):
    """What the power list decides by 四议两公开 is decided in no other way."""

    code = "supervision_steps_needed"
    text = N_("权力清单规定这一项走四议两公开，不能省去。")


class RecusalUndecided(DomainError):
    """A proposed recusal is confirmed or declined by a person before the roll is frozen."""

    code, status = "supervision_recusal_undecided", 409
    text = N_("还有 %(count)d 人是否回避没有确认，请先逐一确认或不予回避。")


class RollEmpty(DomainError):
    """Without anybody who may vote there is nothing to ask."""

    code, status = "supervision_roll_empty", 409
    text = N_("本村的表决名册是空的，请先登记党员、村民代表和网格监督员。")


class StepSkipped(DomainError):
    """Steps of 四议两公开 follow each other."""

    code, status = "supervision_step_skipped", 409
    text = N_("请先登记第 %(step)d 步“%(title)s”。")
    words = ("title",)


class StepOutOfOrder(DomainError):
    """A step is never before the one that it follows, and never in the future."""

    code, status = "supervision_step_out_of_order", 409
    text = N_("日期应在 %(since)s 和 %(until)s 之间：不早于上一步，也不晚于下一步和今天。")


class StepClosed(DomainError):
    """A sheet on which later steps rest stands."""

    code, status = "supervision_step_closed", 409
    text = N_("这一步之后已有记录，不能再更正。")


class QuorumMissing(DomainError):
    """Too few came: the meeting is none."""

    code, status = "supervision_quorum_missing", 409
    text = N_("到会人数不足：应到 %(due)d 人，到会 %(present)d 人，至少要 %(needed)d 人，会议无效。")


class MajorityMissing(DomainError):
    """Too few agreed: nothing was resolved."""

    code, status = "supervision_majority_missing", 409
    text = N_("赞成人数不足：赞成 %(agree)d 人，至少要 %(needed)d 人，没有通过。")


class EvidenceMissing(DomainError):
    """A sheet rests on the signatures of those who came, or on a photo of the paper."""

    code, status = "supervision_evidence_missing", 409
    text = N_("请填写签字人数（不少于到会人数），或上传会议记录的照片。")


class NotPublished(DomainError):
    """A draft has no notice, no roll and no gate."""

    code, status = "supervision_not_published", 409
    text = N_("决策事项还没有公示。")


class GateShut(DomainError):
    """Notice and share come before execution, for everybody, at every door."""

    code, status = "supervision_gate_shut", 409
    text = N_(
        "还不能实施：不得早于 %(day)s；名册 %(base)d 人，需 %(needed)d 人赞成，现有 %(agree)d 人，"
        "还差 %(short)d 人。"
    )


class GateShutByGroup(GateShut):
    """The same where each group must agree for itself."""

    text = N_("还不能实施：不得早于 %(day)s；按类别分别计算，%(seats)s还差 %(lacking)s 人赞成。")
    words = ("seats",)


class GateTooEarly(GateShut):
    """Enough agree, and the notice is not over."""

    text = N_("还不能实施：不得早于 %(day)s。赞成人数已经达到。")


class GateShort(GateShut):
    """The notice is over, and too few agree."""

    text = N_("还不能实施：名册 %(base)d 人，需 %(needed)d 人赞成，现有 %(agree)d 人，还差 %(short)d 人。")


class GateShortByGroup(GateShutByGroup):
    """The same where each group must agree for itself."""

    text = N_("还不能实施：按类别分别计算，%(seats)s还差 %(lacking)s 人赞成。")


class GateSealed(GateShut):
    """Nobody knows yet how a secret ballot went."""

    text = N_("还不能实施：不得早于 %(day)s；秘密表决 %(at)s 截止后才开封。")


class GateHidden(GateShut):
    """A secret ballot failed in a group so small that how many are missing would be a name."""

    text = N_(
        "还不能实施：不得早于 %(day)s；秘密表决按类别分别计算，有的类别没有达到，人数少，不显示还差几人。"
    )


class PapersUnchecked(DomainError):
    """A voter has changed their mind on paper, and nobody has read it yet."""

    code, status = "supervision_papers_unchecked", 409
    text = N_("有 %(count)d 人改票的纸质票没有核对，请先由另一人核对。")


class PowerUnknown(DomainError):
    """A decision falls under an item of the county's list, or under none."""

    code, status = "supervision_power_unknown", 422
    text = N_("权力清单里没有这一项。")


class AlreadyVoter(DomainError):
    """The same seat of the same person at the same time."""

    code, status = "supervision_already_voter", 409
    text = N_("这个人在这段时间已登记为“%(seat)s”。")
    words = ("seat",)


class VotersKept(DomainError):
    """A table that was taken back, or on which a roll rests, is not taken back."""

    code, status = "supervision_voters_kept", 409
    text = N_("这张表已撤销，或其中有人已列入公示的表决名册，不能整批撤销；请逐个终止。")


class OverBudget(DomainError):
    """What was decided is what may be paid."""

    code, status = "supervision_over_budget", 409
    text = N_("付款合计会超过公示的预算，还可付 %(left)s 元。要增加预算，请修改后重新公示表决。")


class NotAccepted(DomainError):
    """The result is made public after acceptance."""

    code, status = "supervision_not_accepted", 409
    text = N_("还没有登记验收，请先登记验收再公开结果。")
