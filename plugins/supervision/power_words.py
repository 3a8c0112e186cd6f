"""Words of the power list and of what villages publish: codes and Chinese titles."""

from typing import Final

from core.text import N_

# The six classes of document 003.
PARTY, ASSETS, WORKS, SUBSIDIES = "party", "assets", "works", "subsidies"
DELIBERATION, OTHERS = "deliberation", "others"
CLASSES: Final = {
    PARTY: N_("党务"),
    ASSETS: N_("集体“三资”管理"),
    WORKS: N_("村级工程"),
    SUBSIDIES: N_("惠民补贴"),
    DELIBERATION: N_("“四议两公开”决策事项"),
    OTHERS: N_("其他事项"),
}

OPENING, INCOME, SPENDING, CLOSING = "opening", "income", "spending", "closing"
ASSET, RESOURCE = "asset", "resource"
# What a row of a publication says; assets and resources stand beside the equation of money.
ROW_KINDS: Final = {
    OPENING: N_("期初结余"),
    INCOME: N_("收入"),
    SPENDING: N_("支出"),
    CLOSING: N_("期末结余"),
    ASSET: N_("资产"),
    RESOURCE: N_("资源"),
}
