"""Events of other plugins that earn points by rule, as the county's config says (`earn`)."""

from typing import Any

from core.areas.api import current_code
from core.cases.api import case_holder
from core.clock import today
from core.county import plugin_settings
from core.db import unit_of_work
from core.errors import DomainError
from core.events import handled_once
from core.hookspecs import Event
from core.people.api import household_area, last_household_of
from core.plugin_manager import SYSTEM
from plugins.points_store.models import Claim, Rule
from plugins.points_store.models.claims import CREDIT, CREDITED, REFUSE, REFUSED
from plugins.points_store.models.earning import GAIN
from plugins.points_store.services import telling
from plugins.points_store.services.claim_steps import take_step
from plugins.points_store.services.claims import NewClaim, first_step, found_claim
from plugins.points_store.services.crediting import credit, demand_member, standing_wallet

EVENT = "event"
AUTOMATIC = "按约定的事自动记分"


def earn_by_event(event: Event) -> None:
    """Credit what the config says for an event, once each, however often it is told or happens again.

    The same subject (a case that was reopened and closed again) earns once by a rule. What cannot be
    credited stays visible as a claim that was refused, with its reason.
    """
    wishes = [wish for wish in plugin_settings("points_store")["earn"] if _fits(wish, event)]
    if not wishes:
        return
    with handled_once(event):
        for wish in wishes:
            _earn(wish, event)


def _fits(wish: dict[str, Any], event: Event) -> bool:
    said = event.payload
    return bool(wish["event"] == event.kind) and all(said.get(k) == v for k, v in wish["where"].items())


def _earn(wish: dict[str, Any], event: Event) -> None:
    whom = _whom(wish["to"], event.payload)
    if whom is None:
        return
    household_id, person_id = whom
    home = household_area(household_id)
    if home is None:
        return
    rule = _rule_called(wish["rule"], home)
    if rule is None:
        return
    points = wish["points"] or rule.points_min
    new = NewClaim(household_id, rule.id, AUTOMATIC, today(), person_id=person_id)
    claim = found_claim(
        SYSTEM,
        rule,
        new,
        area_code=current_code(home),
        source=f"{event.kind.partition('.')[0]}:{event.subject}:{rule.key}:{household_id}"[:120],
        filed_as=EVENT,
        points=points,
    )
    if claim is None:
        return
    first_step(SYSTEM, claim, event.kind)
    try:
        with unit_of_work():
            demand_member(claim.person_id)
            _credit(claim, rule)
    except DomainError as refusal:
        claim = Claim.unscoped("the claim that was just made").where(Claim.id == claim.id).get()
        take_step(SYSTEM, claim, REFUSE, REFUSED, reason=refusal.sentence(), problem=refusal.code)
    telling.tell_result(claim)


def _credit(claim: Claim, rule: Rule) -> None:
    wallet = standing_wallet(SYSTEM, claim.household_id, claim.person_id)
    booked = credit(
        SYSTEM,
        rule,
        wallet,
        points=claim.points,
        reason=claim.text,
        day=claim.day,
        village=claim.area_code[:12],
    )
    take_step(SYSTEM, claim, CREDIT, CREDITED, transfer_id=booked.transfer_id)


def _whom(key: str, payload: Any) -> tuple[int, int | None] | None:
    """Household and person whom an event is about; None where it names nobody in the register."""
    value = payload.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    if key == "household_id":
        return value, payload.get("person_id")
    if key == "person_id":
        home = last_household_of(value)
        return (home, value) if home is not None else None
    holder = case_holder(value)
    return (holder[0], holder[1]) if holder is not None and holder[0] is not None else None


def _rule_called(title: str, area_code: str) -> Rule | None:
    """The rule of this title that holds at a place today: the village's own before the county's."""
    codes = [area_code[:length] for length in (4, 6, 9, 12)]
    rules = Rule.unscoped("rules of the areas above hold below").where(
        Rule.area_code.in_(codes) & (Rule.title == title) & Rule.active & (Rule.effect == GAIN)
    )
    found: Rule | None = rules.order_by(Rule.area_code.desc(), Rule.id.desc()).first()
    return found
