"""The words of rules: what they do, what they ask for, who files, who reviews."""

from core.text import N_

EFFECTS = {"award": N_("加分"), "deduction": N_("扣分")}
EVIDENCE = {"none": N_("不用佐证"), "photo": N_("附照片"), "witness": N_("写明见证人")}
FILERS = {"resident": N_("本户"), "staff": N_("网格员"), "neighbour": N_("邻居")}
REVIEWS = {"both": N_("组长初审，村委会复核"), "committee": N_("村委会直接审核")}
