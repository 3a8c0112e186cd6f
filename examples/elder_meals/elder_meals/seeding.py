"""What a demo or test county has of this plugin: a note of each village's secretary."""

from typing import Any

from core.accounts.api import actor_for
from core.hookspecs import SeedWorld
from elder_meals.services import add_note

TEXTS = ("村口的路灯修好了。", "今晚在文化广场放电影。", "请各户检查燃气阀门。")


def seed_notes(world: SeedWorld) -> dict[str, Any]:
    """The same number gives the same notes; returns their ids."""
    ids = []
    for village in world.villages:
        for account_id in world.accounts.get(("secretary", village), [])[:1]:
            text = world.random.choice(TEXTS)
            ids.append(str(add_note(actor_for(account_id), area_code=village, text=text)))
    return {"elder_meals_notes": ids}
