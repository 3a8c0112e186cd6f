"""Topics (一类事): what they add to the county."""

from core.hookspecs import CaseKind, Job, NoticeKind
from core.parts import Part
from core.security import Role
from core.text import N_
from plugins.diary import jobs
from plugins.diary.endpoints import topics as endpoints
from plugins.diary.faces import topics as faces
from plugins.diary.models.topics import Topic, TopicApart, TopicEntry, TopicRun, TopicTold
from plugins.diary.services.topic_outcomes import NOTICE, follow
from plugins.diary.services.topics import TOPIC_KIND
from plugins.diary.views import topics

assert all((endpoints, topics))

DECIDE = frozenset({"diary.topics"})

PART = Part(
    models=(Topic, TopicEntry, TopicApart, TopicTold, TopicRun),
    roles=(
        Role("county_admin", N_("县区管理员"), DECIDE),
        Role("town_official", N_("镇街工作人员"), DECIDE),
    ),
    audit_titles={
        "diary.ask_topics": N_("查找一类事"),
        "diary.propose_topic": N_("提出一类事"),
        "diary.add_to_topic": N_("一类事增加日记"),
        "diary.confirm_topic": N_("确认一类事"),
        "diary.gather_cases": N_("并入一类事的事项"),
        "diary.decline_topic": N_("认定不是一类事"),
        "diary.split_topic": N_("拆分一类事"),
        "diary.take_offered": N_("新日记归入一类事"),
        "diary.leave_offered": N_("新日记不归入一类事"),
        "diary.end_topic": N_("一类事有了结果"),
        "diary.take_topic_up": N_("一类事重新办理"),
        "diary.propose_topic_again": N_("总事项撤销，一类事重新待确认"),
        "diary.tell_in_person": N_("当面告知结果"),
    },
    jobs=(
        Job("diary.find_topics", N_("查找一类事"), jobs.find_topics, daily="02:20"),
        Job("diary.find_topics_now", N_("立即查找一类事"), jobs.find_topics_now, every=1),
    ),
    case_kinds=(CaseKind(TOPIC_KIND, N_("一类事"), difficulty="large", first_level="county"),),
    notice_kinds={NOTICE: NoticeKind(N_("您反映过的事有了结果"), ("sms",))},
    menu_items=faces.menu_items,
    on_event=follow,
)
