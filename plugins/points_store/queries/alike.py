"""Claims that may be the same act, put forward more than once: shown to whoever decides, never a refusal.

Two claims are alike when they are about the same household or person by the same rule (whatever its version),
and were done on the same day, or within `DAYS` of each other in nearly the same words; or when they carry the
very same photo, whosever it is. A family may well do two things on a day, so people look and decide.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from difflib import SequenceMatcher

from core.db import rows
from core.files.api import same_bytes
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.points_store.models import Claim, Rule
from plugins.points_store.models.claims import CHECKED, FILED, WITHDRAWN
from plugins.points_store.services.claims import desk_scope

# Acts so many days apart in nearly the same words may be one.
DAYS = 3
# How much of two texts agrees, from 0 to 1, that are nearly the same words.
_NEARLY = 0.6
_SUBJECT = "points_store_claim:"
_SEEN = "what the actor filed, what is about their household, or lies where they look after claims"
_DAY, _TEXT, _PHOTO = "same_day", "similar_text", "same_photo"
REASON_TITLES = {_DAY: N_("同一天"), _TEXT: N_("文字相近"), _PHOTO: N_("同一张照片")}


@value_class
class Alike:
    """Another claim that may be the same act. `reasons`: codes, see REASON_TITLES."""

    id: int
    state: str
    reasons: tuple[str, ...]

    @property
    def titles(self) -> list[str]:
        """The reasons in words."""
        return [REASON_TITLES[reason] for reason in self.reasons]


def alike(actor: Actor, claims: Sequence[Claim]) -> dict[int, list[Alike]]:
    """Of claims that wait for a check: which others may be the same act, as far as the actor sees those.

    Claims that were withdrawn count for nothing. A few statements however many claims there are.
    """
    waiting = [claim for claim in claims if claim.state in (FILED, CHECKED)]
    if not waiting:
        return {}
    others, photos = _candidates(actor, waiting), _same_photos(waiting)
    states = {claim.id: claim.state for claim in [*others, *_by_id(actor, photos)]}
    keys = _rule_keys({claim.rule_id for claim in [*waiting, *others]})
    about: dict[tuple[str, int | None], list[Claim]] = defaultdict(list)
    for other in others:
        for holder in _holders(other):
            about[holder].append(other)
    found = {}
    for claim in waiting:
        reasons: dict[int, list[str]] = {}
        for other in (other for holder in _holders(claim) for other in about[holder]):
            if keys[claim.rule_id] == keys[other.rule_id] and (why := _why(claim, other)):
                reasons[other.id] = why
        for other_id in states.keys() & photos.get(claim.id, ()):
            reasons.setdefault(other_id, []).append(_PHOTO)
        if reasons:
            found[claim.id] = [Alike(key, states[key], tuple(why)) for key, why in sorted(reasons.items())]
    return found


def _holders(claim: Claim) -> list[tuple[str, int | None]]:
    """Whom a claim is about: the household and, where one is named, the person."""
    person = [("person", claim.person_id)] if claim.person_id is not None else []
    return [("household", claim.household_id), *person]


def _why(claim: Claim, other: Claim) -> list[str]:
    """Why two claims about one household or person by one rule may be one act; empty when they are two."""
    # What activities and events put forward is counted once each by its source.
    if claim.id == other.id or (claim.source and other.source):
        return []
    if abs(claim.day - other.day) > timedelta(days=DAYS):
        return []
    two_persons = None not in (claim.person_id, other.person_id) and claim.person_id != other.person_id
    why = [_DAY] if claim.day == other.day and not two_persons else []
    return [*why, _TEXT] if _nearly_same(claim.text, other.text) else why


def _nearly_same(text: str, other: str) -> bool:
    one, two = ("".join(sign for sign in each if sign.isalnum()) for each in (text, other))
    return bool(one) and SequenceMatcher(None, one, two).ratio() >= _NEARLY


def _seen_by(actor: Actor) -> object:
    seen = desk_scope(actor).where(Claim.area_code) | (Claim.filed_by == actor.account_id)
    if actor.household_id is not None:
        seen |= Claim.household_id == actor.household_id
    return seen & (Claim.state != WITHDRAWN)


def _candidates(actor: Actor, waiting: Sequence[Claim]) -> list[Claim]:
    persons = {claim.person_id for claim in waiting if claim.person_id is not None}
    about = Claim.household_id.in_({claim.household_id for claim in waiting})
    if persons:
        about |= Claim.person_id.in_(persons)
    near, days = timedelta(days=DAYS), [claim.day for claim in waiting]
    then = (Claim.day >= min(days) - near) & (Claim.day <= max(days) + near)
    return list(Claim.unscoped(_SEEN).where(about & then & _seen_by(actor)))


def _same_photos(waiting: Sequence[Claim]) -> dict[int, list[int]]:
    same = same_bytes(f"{_SUBJECT}{claim.id}" for claim in waiting)
    return {_number(subject): [_number(other) for other in others] for subject, others in same.items()}


def _number(subject: str) -> int:
    return int(subject.partition(":")[2])


def _by_id(actor: Actor, photos: dict[int, list[int]]) -> Iterable[Claim]:
    ids = {other for others in photos.values() for other in others}
    return Claim.unscoped(_SEEN).where(Claim.id.in_(ids) & _seen_by(actor)) if ids else []


def _rule_keys(rule_ids: set[int]) -> dict[int, int]:
    """Version of a rule -> what all its versions share."""
    found = rows(Rule.unscoped(_SEEN, Rule.id, Rule.first_id).where(Rule.id.in_(rule_ids)))
    return {rule_id: int(first_id or rule_id) for rule_id, first_id in found}
