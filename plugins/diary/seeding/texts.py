"""What synthetic entries tell of. Every one is made up; the road of three towns is document 002's need.

`{who}` is a head of a household, `{place}` a part of a village. Each row: topic, text, what was settled on
the spot (empty: nothing), how often it comes (weight).
"""

from typing import NamedTuple


class Matter(NamedTuple):
    """Something that a synthetic entry tells of."""

    topic: str
    text: str
    settled: str
    weight: int


MATTERS = (
    Matter("livelihood", "到{who}家坐了坐，老人身体还好，米面油都有，儿子在外务工，过年回来。", "", 10),
    Matter("livelihood", "{who}家水龙头漏水，说了好几天没人修。", "带工具换了垫圈", 4),
    Matter("health", "{who}的慢性病证快到期，不知道怎么续办，子女不在身边。", "当场用手机帮他提交了续办", 5),
    Matter("health", "{who}腿脚不便，去镇卫生院拿药要转两趟车，希望村医能上门。", "", 5),
    Matter("roads", "{place}路口的路灯坏了半个多月，晚上黑，老人孩子不敢走。", "", 7),
    Matter("roads", "{place}到镇上的路窄，会车要退让，毛竹、香榧运不出去，大家都盼着把路拓宽。", "", 4),
    Matter("roads", "下雨天{place}积水没过脚面，排水沟被泥堵了。", "叫上几个党员当场清了沟", 5),
    Matter("roads", "水压不够，{place}几户高处的人家白天放不出水。", "", 4),
    Matter("surroundings", "{place}垃圾桶少，夏天味道大，{who}建议再放两个。", "", 6),
    Matter("surroundings", "{who}门前堆的建筑垃圾占了半条路，邻居有意见。", "约好三天内清走", 4),
    Matter("land", "{who}想翻建老房子，宅基地审批材料不知道交到哪里。", "把要交的材料逐项写给他", 5),
    Matter("land", "灌溉的水渠断流，{place}的田里缺水，稻叶有点卷。", "", 4),
    Matter("dispute", "{who}和邻居为滴水檐吵了几次，两家都觉得委屈。", "", 4),
    Matter("dispute", "上门听{who}讲了兄弟分家的事，约好周六叫上老支书一起调解。", "", 3),
    Matter("income", "{who}的茶叶今年收成好，愁卖不出价钱，问能不能教他上网卖。", "", 4),
    Matter("income", "{who}想在家门口找活干，帮他对接了镇上的用工信息。", "留了用工企业的电话", 4),
    Matter("school", "{who}的孙女上学要走三里路，问校车能不能多停一站。", "", 3),
    Matter("safety", "{place}的老房子墙裂了缝，{who}一个人住，不放心。", "", 3),
    Matter("safety", "{who}家电线老化，插座发黑，提醒他赶紧换。", "联系电工当天换好", 3),
    Matter("policy", "在{place}把医保缴费的时间和标准讲了一遍，{who}问了好几个问题。", "", 6),
    Matter("policy", "向{who}讲了防诈骗，他上个月差点给骗子转钱。", "帮他装了反诈软件", 4),
)
# One need, told in several villages in words of their own.
ROADS = (
    Matter("roads", "游客开车进来难，毛竹、香榧运出去也难，{place}的人都盼着把路拓宽。", "", 1),
    Matter("roads", "{place}到镇上的公路太窄，会车要退出去老远，{who}问什么时候能加宽。", "", 1),
    Matter("roads", "进村的路窄，大货车到不了{place}，香榧卖不上价，希望拓宽路面。", "", 1),
)
BUSINESS = (
    Matter("business", "厂里订单多了缺人手，想招本地工，问有没有补贴。", "", 5),
    Matter("business", "资金周转有点紧，想了解低息贷款怎么申请。", "把银行信贷员的联系方式给了他们", 4),
    Matter("business", "车间通风差，工人反映闷热，建议加装吊扇。", "", 3),
    Matter("business", "合作社的冷库用电容量不够，想增容。", "", 3),
    Matter("business", "看了生产线，安全通道堆了货。", "当场让他们清出来", 3),
)
PLACES = ("村东头", "老街", "上村", "下村", "祠堂边", "学校旁", "后山脚", "河边")
ESTABLISHMENTS = (
    ("enterprise", "竹木制品厂"),
    ("enterprise", "服装加工厂"),
    ("cooperative", "茶叶专业合作社"),
    ("cooperative", "生姜种植专业合作社"),
    ("family_farm", "家庭农场"),
    ("shop", "便民超市"),
)
