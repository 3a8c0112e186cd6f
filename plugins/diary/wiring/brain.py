"""The brain (民情大脑): what it adds to the county."""

from core.hookspecs import Job
from core.parts import Part
from core.security import Role
from core.text import N_
from plugins.diary import jobs
from plugins.diary.endpoints import brain as endpoints
from plugins.diary.faces import brain as faces
from plugins.diary.models.index import IndexObjection
from plugins.diary.models.words import DayToCount, DayWords, EntryWords, Term
from plugins.diary.views import index, words

assert all((endpoints, index, words))

INDEX = frozenset({"diary.index"})

PART = Part(
    models=(Term, EntryWords, DayWords, DayToCount, IndexObjection),
    roles=(
        Role("county_admin", N_("县区管理员"), INDEX | {"diary.dictionary"}),
        Role("town_official", N_("镇街工作人员"), INDEX),
    ),
    audit_titles={
        "diary.add_term": N_("增加词库用词"),
        "diary.end_term": N_("移除词库用词"),
        "diary.object_to_index": N_("对指数提出异议"),
        "diary.answer_objection": N_("答复指数异议"),
    },
    jobs=(Job("diary.cut_entries", N_("统计日记用词"), jobs.cut_words, every=5),),
    menu_items=faces.menu_items,
)
