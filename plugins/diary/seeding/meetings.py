"""Synthetic meetings, small works and duties: a few in every village that writes diaries. Deterministic."""

from datetime import timedelta
from io import BytesIO

from core.accounts.api import accounts_of_person, actor_for
from core.areas.api import area_names
from core.clock import now, today
from core.files.api import store_photo
from core.hookspecs import SeedWorld
from core.people.api import persons_of
from core.security import Actor
from plugins.diary.services.duties import NewDuty, add_duty
from plugins.diary.services.meeting_rules import set_rules
from plugins.diary.services.meetings import (
    MeetingPlan,
    NewMeeting,
    announce_meeting,
    call_meeting,
    open_meeting,
)
from plugins.diary.services.minutes import finish_minutes, publish_minutes, save_draft
from plugins.diary.services.participants import Mark, NewParticipant, invite, mark_attendance
from plugins.diary.services.resolutions import NewResolution, add_resolution
from plugins.diary.services.works import NewWork, Step, propose_work, step_work

_RULES = (
    "一、按时到会，有事请假。\n二、一人一次说三分钟，说完再让别人说。\n"
    "三、只议今天的议题。\n四、先议后决，不同意见写进纪要。"
)
_TOPICS = (
    (
        "村东头的路灯坏了，修几盏、装在哪里",
        "装六盏太阳能路灯，先装学校旁和老街",
        "装太阳能路灯",
        "老街",
        480_000,
    ),
    (
        "后山脚的排水沟年年积水，怎么改",
        "沟改宽到六十厘米，村里出工、镇里出料",
        "改后山脚排水沟",
        "后山脚",
        920_000,
    ),
)
_SHOWN = 4


def seed_meetings(world: SeedWorld, chief: Actor) -> dict[str, int]:
    """Some of each by the real services; in villages that have a secretary and residents."""
    counts = {"diary_meetings": 0, "diary_works": 0, "diary_duties": 0}
    set_rules(chief, text=_RULES, version=0)
    villages = [each for each in sorted(world.villages) if world.accounts.get(("secretary", each))]
    names = area_names(villages)
    for place, village in enumerate(villages[:_SHOWN]):
        secretary = actor_for(world.accounts["secretary", village][0])
        residents = [
            person.id
            for household in world.households[village][:8]
            for person in persons_of(household)[:1]
            if not _governs(person.id)
        ][:5]
        topic = _TOPICS[place % len(_TOPICS)]
        held = len(residents) >= 2
        if held:
            _held(secretary, village, residents, topic)
        call_meeting(
            secretary,
            NewMeeting(
                village,
                "analysis",
                MeetingPlan(
                    f"{names[village]}本月民情分析（模拟）", now() + timedelta(days=3), "村委会会议室"
                ),
            ),
        )
        _works(chief, secretary, village, topic, with_photos=world.profile != "acceptance")
        add_duty(
            secretary, NewDuty(village, "清理河边垃圾点（模拟）", today() + timedelta(days=7), "村环卫队")
        )
        counts["diary_meetings"] += 1 + held
        counts["diary_works"] += 2
        counts["diary_duties"] += 1 + held
    return counts


def _governs(person_id: int) -> bool:
    return any(actor_for(account).may("diary.meetings") for account in accounts_of_person(person_id))


def _held(
    secretary: Actor, village: str, residents: list[int], topic: tuple[str, str, str, str, int]
) -> None:
    plan = MeetingPlan(f"{topic[0]}（模拟）", now() - timedelta(days=1), "村党群服务中心二楼")
    meeting = call_meeting(secretary, NewMeeting(village, "deliberation", plan))
    lines = [invite(secretary, meeting, NewParticipant("village", account_id=secretary.account_id))]
    lines += [invite(secretary, meeting, NewParticipant("resident", person_id=each)) for each in residents]
    announce_meeting(secretary, meeting)
    mark_attendance(secretary, meeting, {line: Mark(present=True) for line in lines})
    open_meeting(secretary, meeting)
    due = today() + timedelta(days=30)
    add_resolution(
        secretary, meeting, NewResolution(f"{topic[1]}（模拟）", "村委会", secretary.account_id, due=due)
    )
    save_draft(secretary, meeting, text=f"大家逐个发言，都认为该办。{topic[1]}。（模拟）", version=0)
    finish_minutes(secretary, meeting, version=1)
    publish_minutes(secretary, meeting)


def _works(
    chief: Actor,
    secretary: Actor,
    village: str,
    topic: tuple[str, str, str, str, int],
    *,
    with_photos: bool,
) -> None:
    # A trial finds no files but those that it has sent in itself; there one work stays under way.
    before = [_photo(secretary, village, "#6b705c")] if with_photos else []
    done = propose_work(
        secretary,
        NewWork(village, f"{topic[2]}（模拟）", topic[3], topic[4], photos=before),
    )
    step_work(chief, done, Step("approved"))
    step_work(secretary, done, Step("under_way", contractor="便民工程队（模拟）"))
    if with_photos:
        after = [_photo(secretary, village, "#2a9d8f")]
        step_work(secretary, done, Step("done", cost_fen=topic[4] - 20_000, photos=after))
        step_work(chief, done, Step("checked"))
    propose_work(secretary, NewWork(village, "老年活动室换门窗（模拟）", "祠堂边", 150_000))


def _photo(actor: Actor, village: str, colour: str) -> str:
    """A plain picture: nothing of a real place."""
    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (320, 240), colour).save(out, "JPEG")
    return store_photo(actor, "synthetic.jpg", out.getvalue(), area_code=village).id
