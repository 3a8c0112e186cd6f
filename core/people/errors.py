"""What can go wrong with households and persons."""

from core.errors import DomainError, Invalid
from core.text import N_


class BadCitizenId(Invalid):
    """A citizen ID number that cannot be right. Subclasses say why."""

    code = "citizen_id_invalid"
    text = N_("公民身份号码有误。")


class CitizenIdShape(BadCitizenId):
    """Not 17 digits and a check digit."""

    text = N_("公民身份号码应为 18 位：17 位数字加 1 位校验码（数字或 X）。")


class CitizenIdDate(BadCitizenId):
    """The date of birth inside it does not exist or lies in the future."""

    text = N_("公民身份号码中的出生日期不对。")


class CitizenIdDigit(BadCitizenId):
    """The check digit does not fit: something was mistyped."""

    text = N_("公民身份号码的校验码不对，请逐位核对。")


class BadPhone(Invalid):
    """Not a mobile number, and not a landline with its area code."""

    code = "phone_invalid"
    text = N_("电话应为 11 位手机号，或带区号的固定电话。")


class CitizenIdTaken(DomainError):
    """Someone is registered with this number already, here or elsewhere in the county."""

    code, status = "citizen_id_taken", 409
    text = N_("这个公民身份号码已在本县区登记，不能重复登记。")


class NumberTaken(DomainError):
    """The household number exists in this area already."""

    code, status = "household_number_taken", 409
    text = N_("本区域已有这个户编号。")


class NoSuchArea(Invalid):
    """No valid village or grid with this code within the actor's areas."""

    code = "household_area_unknown"
    text = N_("没有这个村社或网格，或不在您负责的区域内。")


class HouseholdEnded(DomainError):
    """An ended household is read, not written."""

    code, status = "household_ended", 409
    text = N_("这一户已经销户，不能再修改。")


class PersonLeft(DomainError):
    """Somebody who has left is read, not written."""

    code, status = "person_left", 409
    text = N_("这位居民已登记离开，不能再修改。登记错了，请先在户的页面上撤回离开登记。")


class HeadNeeded(DomainError):
    """The head leaves while others remain: one of them must become head."""

    code, status = "household_head_needed", 409
    text = N_("离开的是户主，户里还有其他成员。请同时选定新户主，再登记离开。")


class NotLeft(DomainError):
    """There is nothing to take back."""

    code, status = "person_not_left", 409
    text = N_("这位居民没有登记离开，或离开登记已经撤回。请刷新页面查看。")


class CitizenIdOfLeft(DomainError):
    """The number is that of somebody who is registered as dead, in the actor's areas."""

    code, status = "citizen_id_of_left", 409
    text = N_(
        "这个公民身份号码是一位已登记去世的居民的。登记错了，请在原户的页面上撤回离开登记，不要重新登记。"
    )


class HouseholdKept(DomainError):
    """Something still hangs on the household; `reasons` come from the plugins."""

    code, status = "household_kept", 409
    text = N_("现在不能销户：%(reasons)s")


class NothingStored(DomainError):
    """The field asked for is empty."""

    code, status = "field_empty", 404
    text = N_("这一项没有登记。")


class ImportKept(DomainError):
    """Something stands on what the import brought in; `reasons` say what."""

    code, status = "import_kept", 409
    text = N_("这次导入不能撤销：%(reasons)s")


class ImportChanged(DomainError):
    """Households of the import were ended or moved away, or persons came to them or left."""

    code, status = "import_changed", 409
    text = N_("导入之后已有户销户、迁出或成员变动，不能再撤销。")


class ImportUndone(DomainError):
    """It was taken back before."""

    code, status = "import_undone", 409
    text = N_("这次导入已经撤销过了。")


class KinKnown(DomainError):
    """The two are registered as kin already."""

    code, status = "kin_known", 409
    text = N_("这两个人的亲属关系已经登记过了。")
