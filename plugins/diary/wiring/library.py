"""Spot checks, indicators, the library, experts, supplies: what they add to the county."""

from core.parts import Part
from core.security import Role
from core.text import N_
from plugins.diary.endpoints import library as endpoints
from plugins.diary.faces import library as faces
from plugins.diary.models.checks import CheckDraw, CheckItem, CheckResult, SpotCheck
from plugins.diary.models.experts import Expert, ExpertHelp
from plugins.diary.models.indicators import Indicator, IndicatorValue
from plugins.diary.models.library import Document, DocumentPlace, DocumentRead, DocumentVersion
from plugins.diary.models.supplies import Supply, SupplyEntry
from plugins.diary.queries.library import sees_files
from plugins.diary.views import checks, experts, indicators, library, policies, supplies

assert all((checks, endpoints, experts, indicators, library, policies, supplies))

CHECK = frozenset({"diary.check"})
ENTER = frozenset({"diary.indicator"})
STORE = frozenset({"diary.supplies"})
TOWN = ENTER | STORE | {"diary.library", "diary.experts"}

PART = Part(
    models=(
        SpotCheck,
        CheckDraw,
        CheckItem,
        CheckResult,
        Indicator,
        IndicatorValue,
        Document,
        DocumentPlace,
        DocumentVersion,
        DocumentRead,
        Expert,
        ExpertHelp,
        Supply,
        SupplyEntry,
    ),
    roles=(
        Role("county_admin", N_("县区管理员"), TOWN | CHECK | {"diary.indicator_define"}),
        Role("town_official", N_("镇街工作人员"), TOWN | CHECK),
        Role("secretary", N_("村书记"), ENTER | STORE),
        Role("supervisor", N_("督查员"), CHECK),
    ),
    audit_titles={
        "diary.announce_check": N_("公布抽查名单和种子"),
        "diary.draw_check": N_("抽取抽查对象"),
        "diary.record_check": N_("登记抽查结果"),
        "diary.record_indicator": N_("登记发展指标"),
        "diary.correct_indicator": N_("更正发展指标"),
        "diary.add_indicator": N_("增加发展指标"),
        "diary.end_indicator": N_("停用发展指标"),
        "diary.add_document": N_("资料入库"),
        "diary.renew_document": N_("资料出新版"),
        "diary.withdraw_document": N_("撤下资料"),
        "diary.read_document": N_("已读资料"),
        "diary.add_expert": N_("专家入库"),
        "diary.change_expert": N_("修改专家"),
        "diary.end_expert": N_("移出专家"),
        "diary.ask_expert": N_("请专家"),
        "diary.show_expert_phone": N_("查看专家电话"),
        "diary.open_supply": N_("新设物资"),
        "diary.change_supply": N_("修改物资"),
        "diary.close_supply": N_("停用物资"),
        "diary.receive_supply": N_("物资入库"),
        "diary.issue_supply": N_("领用物资"),
        "diary.correct_supply": N_("更正物资"),
        "diary.move_supply_out": N_("物资拨出"),
        "diary.move_supply_in": N_("物资拨入"),
    },
    file_owners={"diary_document": sees_files},
    menu_items=faces.menu_items,
    home_cards=faces.home_cards,
    veto_import_undo=faces.veto_import_undo,
)
