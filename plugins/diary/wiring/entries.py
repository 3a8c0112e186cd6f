"""Entries: what they add to the county."""

from core.hookspecs import CaseKind
from core.parts import Part
from core.text import N_
from plugins.diary.endpoints import entries as endpoints
from plugins.diary.faces import cases
from plugins.diary.faces import entries as faces
from plugins.diary.models.entries import Entry, EntryCase, EntryLink, EntryVersion
from plugins.diary.models.signs import EntrySign
from plugins.diary.queries.entries import sees_files
from plugins.diary.services.entries import PROBLEM_KIND
from plugins.diary.views import entries, writing

assert all((endpoints, entries, writing))

PART = Part(
    models=(Entry, EntryVersion, EntryLink, EntryCase, EntrySign),
    audit_titles={
        "diary.write_entry": N_("写民情日记"),
        "diary.change_entry": N_("修改民情日记"),
        "diary.remove_entry": N_("删除民情日记"),
        "diary.link_entry": N_("日记关联对象"),
        "diary.unlink_entry": N_("日记取消关联"),
        "diary.raise_problem": N_("日记问题转为事项"),
        "diary.seed": N_("生成模拟日记"),
    },
    case_kinds=(CaseKind(PROBLEM_KIND, N_("民情日记问题")),),
    file_owners={"diary_entry": sees_files},
    menu_items=faces.menu_items,
    case_panels=cases.case_panels,
)
