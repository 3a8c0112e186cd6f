"""Synthetic texts of the smaller registers: no real person, document or figure."""

# Title, category, text, whether residents read it too.
DOCUMENTS = (
    (
        "耕地地力保护补贴怎么领",
        "livelihood",
        "按确权面积领取，村里公示七天，有错找村会计更正。",
        True,
    ),
    (
        "城乡居民医保参保和报销",
        "livelihood",
        "每年九月到十二月缴费；县内出院时直接结算，异地先备案。",
        True,
    ),
    ("高龄津贴申请", "howto", "年满八十周岁，带身份证和银行卡到村部代办，不用开证明。", True),
    ("秸秆禁烧和综合利用", "law", "禁烧期内不得露天焚烧；打捆离田每亩有补助，电话找镇农技站。", True),
    ("农家乐和民宿开办", "industry", "营业执照、食品经营、消防三样一次办齐，县行政审批大厅有专窗。", True),
    ("走访怎么说、怎么听", "course", "先听后问，不打断；听不懂土话请网格员帮忙；能当场办的当场办。", False),
    ("矛盾纠纷调解的几步", "course", "分开听、核事实、讲法理、写协议、再回访。", False),
    ("上门问事工作规程", "policy", "每户每年至少走访一次；问题当天录入，能办的不过夜。", False),
)

# Name, field, what they know, unit, when they can be asked.
COUNTY_EXPERTS = (
    ("周律师", "law", "土地承包和婚姻家事", "县法律援助中心", "每周三下午接待，急事可电话"),
    ("吴主任医师", "health", "慢性病和老年病", "县人民医院", "每月第一个周六义诊"),
    ("郑工程师", "building", "农村道路和桥涵", "县交通运输局", "工作日，提前一天约"),
)
TOWN_EXPERTS = (
    ("孙农艺师", "farming", "茶叶和蔬菜病虫害", "镇农技站", "农忙时每天下村"),
    ("冯老师", "school", "留守儿童心理", "镇中心小学", "周末"),
    ("老陈支书", "mediation", "邻里和宅基地纠纷", "镇调解室", "随叫随到"),
)

# Name, unit, how many came, how many should be left.
STORES = (("编织袋", "条", 200, 100), ("应急手电", "个", 12, 10), ("棉被", "床", 20, 5))
