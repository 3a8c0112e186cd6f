"""The county's rules of its meetings: each version as it stood."""

from core import audit
from core.clock import now
from core.county import county
from core.db import unit_of_work
from core.errors import Invalid
from core.fields import cleaned
from core.security import Actor
from core.text import N_
from plugins.diary.errors.meetings import RulesChanged, RulesUnchanged
from plugins.diary.models.meetings import MeetingRules
from plugins.diary.queries.meeting_rules import rules_now

RULES = "diary.meeting_rules"
LONGEST = 20_000


def set_rules(actor: Actor, *, text: str, version: int) -> int:
    """A new version of the rules; `version` is the one that was read. Returns its number.

    Raises RulesChanged, RulesUnchanged, Invalid.
    """
    code = county().settings.county_code
    actor.demand(RULES, code)
    words = cleaned(text)
    if not 1 <= len(words) <= LONGEST:
        raise Invalid(fields={"text": [N_("请写议事规则，至多 20000 个字。")]})
    with unit_of_work():
        known = rules_now()
        last = known.version if known else 0
        if last != version:
            raise RulesChanged(version=last)
        if known is not None and known.text == words:
            raise RulesUnchanged
        MeetingRules.create(
            area_code=code, version=last + 1, text=words, account_id=actor.account_id, at=now()
        )
        audit.record(
            actor, "diary.set_meeting_rules", area_code=code, subject=f"diary_meeting_rules:{last + 1}"
        )
    return last + 1
