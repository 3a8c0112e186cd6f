"""Why entries in the ledger of supplies are refused."""

from core.errors import DomainError
from core.text import N_


class SupplyShort(DomainError):
    """There is not so much in store."""

    code, status = "diary_supply_short", 409
    text = N_("库存只有 %(balance)d %(unit)s，不够。")


class SupplyClosed(DomainError):
    """The item is kept no longer."""

    code, status = "diary_supply_closed", 409
    text = N_("这种物资已经停用，只能查看。")


class SupplyThere(DomainError):
    """The store has an item of this name."""

    code, status = "diary_supply_there", 409
    text = N_("这个存放点已有同名的物资。")


class SupplyLeft(DomainError):
    """Something of it is in store."""

    code, status = "diary_supply_left", 409
    text = N_("库存还有 %(balance)d %(unit)s，领完或更正为 0 以后才能停用。")


class NotTheSameItem(DomainError):
    """A transfer goes to the same item in another store."""

    code, status = "diary_supply_not_same", 422
    text = N_("只能拨到另一存放点的同名、同单位的物资。")


class ForWhatUnknown(DomainError):
    """No such case, household or visit in the actor's areas."""

    code, status = "diary_supply_for_unknown", 422
    text = N_("没有找到用于的事项、户或走访，或不在您的管辖范围内。")


class EntryNotOfSupply(DomainError):
    """A correction mends a line of the same item."""

    code, status = "diary_supply_entry", 422
    text = N_("要更正的那一笔不是这种物资的。")
