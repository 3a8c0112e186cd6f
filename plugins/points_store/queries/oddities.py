"""What looks odd at the counters: figures and bookings to ask about, never a verdict.

Each finding is a sentence with figures; people ask, and note the answer (`services.oddities`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from peewee import fn

from core.accounts.api import account_names, account_persons
from core.clock import CHINA, today
from core.county import plugin_settings
from core.db import rows
from core.errors import NotFound
from core.people.api import household_head_name, household_in, kin_households_of
from core.scope import AreaScope
from core.text import N_
from core.value_classes import value_class
from plugins.points_store.errors import OwnAffair
from plugins.points_store.models import LedgerAccount, OddityNote, Redemption, Refusal, Return
from plugins.points_store.services.wallets import household_of

DAYS = 30
LOOKED_AT = 50_000
CARDS_IN_A_ROW, WITHIN = 5, timedelta(minutes=10)
SAME_MINUTE_DAYS, NEAR_LIMIT_DAYS, SAME_PAIR = 4, 3, 3
NEAR_LIMIT_PER_CENT = 90
EVIDENCE = 100
_REACHED = "wallets of redemptions in the actor's areas"

OWN = N_("%(clerk)s 在 %(days)d 天里有 %(count)d 次扫了本人或自家的码或卡，系统均未办理。")
KIN = N_("%(clerk)s 给登记有亲属的 %(holder)s 户办理了 %(count)d 笔兑换，共 %(points)d 分。")
CARDS = N_("%(clerk)s 在 %(minutes)d 分钟内接连办理了 %(count)d 张不同的积分卡，最近一次在 %(day)s。")
MINUTE = N_("%(clerk)s 给 %(holder)s 户办理兑换，有 %(count)d 天都在 %(time)s 这一分钟。")
LIMIT = N_("%(holder)s 户的积分卡有 %(count)d 天兑换到 %(least)d 分以上，每天上限是 %(limit)d 分。")
PAIR = N_("%(clerk)s 办理的兑换，有 %(count)d 笔由 %(other)s 冲正或退回，共 %(points)d 分。")


@value_class
class Note:
    """Who was asked, and what they answered."""

    text: str
    settled: bool
    at: datetime
    author: str


@value_class
class Oddity:
    """Something to ask about: a text of the catalogue with its `values`, and the redemptions behind it."""

    mark: str
    area_code: str
    text: str
    values: dict[str, Any]
    redemption_ids: list[int]
    notes: list[Note]

    @property
    def settled(self) -> bool:
        """Whether the last note says that the question is answered."""
        return bool(self.notes) and self.notes[-1].settled


@value_class
class _Deed:
    id: int
    area_code: str
    wallet_id: int
    clerk_id: int
    card_id: int | None
    points: int
    at: datetime


@value_class
class _Found:
    mark: str
    area_code: str
    text: str
    values: dict[str, Any]
    ids: list[int]
    clerk_id: int | None = None
    other_id: int | None = None
    wallet_id: int | None = None


def oddity(scope: AreaScope, mark: str) -> Oddity:
    """One of them. Raises NotFound."""
    found = next((one for one in list_oddities(scope) if one.mark == mark), None)
    if found is None:
        raise NotFound
    return found


def list_oddities(scope: AreaScope) -> list[Oddity]:
    """What looks odd in `scope` in the last 30 days, unanswered questions first."""
    since = today() - timedelta(days=DAYS)
    deeds = _deeds(scope, since)
    found = [
        *_own_affairs(scope, since),
        *_for_kin(scope, since, deeds),
        *_cards_in_a_row(deeds),
        *_same_minute(deeds),
        *_near_limit(deeds),
        *_same_pairs(scope, since),
    ]
    notes = _notes(scope, [one.mark for one in found])
    people = account_names([one.clerk_id or 0 for one in found] + [one.other_id or 0 for one in found])
    holders = _holders([one.wallet_id for one in found if one.wallet_id is not None])
    shown = [
        Oddity(
            one.mark,
            one.area_code,
            one.text,
            {
                **one.values,
                "clerk": people.get(one.clerk_id or 0, ""),
                "other": people.get(one.other_id or 0, ""),
                "holder": holders.get(one.wallet_id or 0, ""),
            },
            one.ids[-EVIDENCE:],
            notes.get(one.mark, []),
        )
        for one in found
    ]
    return sorted(shown, key=lambda oddity: (oddity.settled, oddity.mark))


def _deeds(scope: AreaScope, since: Any) -> list[_Deed]:
    columns = (
        Redemption.id,
        Redemption.area_code,
        Redemption.wallet_id,
        Redemption.clerk_id,
        Redemption.card_id,
        Redemption.points,
        Redemption.at,
    )
    query = Redemption.within(scope, *columns).where(Redemption.day > since)
    newest = query.order_by(Redemption.id.desc()).limit(LOOKED_AT)
    return [_Deed(*row) for row in rows(newest)][::-1]


def _own_affairs(scope: AreaScope, since: Any) -> Iterator[_Found]:
    begun = datetime.combine(since, datetime.min.time(), CHINA)
    tries: dict[int, list[str]] = defaultdict(list)
    found = Refusal.within(scope, Refusal.account_id, Refusal.area_code).where(
        (Refusal.reason == OwnAffair.code) & (Refusal.at >= begun)
    )
    for account_id, area_code in rows(found):
        tries[account_id].append(area_code)
    for account_id, areas in tries.items():
        values = {"count": len(areas), "days": DAYS}
        yield _Found(f"own:{account_id}", areas[-1], OWN, values, [], clerk_id=account_id)


def _for_kin(scope: AreaScope, since: Any, deeds: list[_Deed]) -> Iterator[_Found]:
    """Redemptions at a clerk's counter for a household in which the register knows kin of theirs.

    They are allowed: in a village somebody has to serve them. The village may want to know.
    """
    persons = account_persons({deed.clerk_id for deed in deeds})
    kin = kin_households_of(persons.values())
    homes = _homes(scope, since, persons, {home for homes in kin.values() for home in homes})
    served: dict[tuple[int, int], list[_Deed]] = defaultdict(list)
    for deed in deeds:
        if deed.clerk_id in persons and homes.get(deed.wallet_id) in kin[persons[deed.clerk_id]]:
            served[(deed.clerk_id, deed.wallet_id)].append(deed)
    for (clerk_id, wallet_id), own in served.items():
        yield _Found(
            f"kin:{clerk_id}:{wallet_id}",
            own[-1].area_code,
            KIN,
            {"count": len(own), "points": sum(deed.points for deed in own)},
            [deed.id for deed in own],
            clerk_id=clerk_id,
            wallet_id=wallet_id,
        )


def _homes(scope: AreaScope, since: Any, clerks: Iterable[int], wanted: set[int]) -> dict[int, int]:
    """Wallet -> household: the wallets in the `wanted` households that these clerks served."""
    served = Redemption.within(scope, Redemption.wallet_id).where(
        (Redemption.day > since) & Redemption.clerk_id.in_(sorted(clerks))
    )
    home = fn.COALESCE(LedgerAccount.household_id, household_in(LedgerAccount.person_id))
    found = LedgerAccount.unscoped(_REACHED, LedgerAccount.id, home).where(
        LedgerAccount.id.in_(served) & home.in_(sorted(wanted))
    )
    return dict(rows(found))


def _cards_in_a_row(deeds: list[_Deed]) -> Iterator[_Found]:
    by_clerk: dict[int, list[_Deed]] = defaultdict(list)
    for deed in deeds:
        if deed.card_id is not None:
            by_clerk[deed.clerk_id].append(deed)
    for clerk_id, own in by_clerk.items():
        best: list[_Deed] = []
        start = 0
        for end, deed in enumerate(own):
            while deed.at - own[start].at > WITHIN:
                start += 1
            row = own[start : end + 1]
            if len({one.card_id for one in row}) >= max(CARDS_IN_A_ROW, len({one.card_id for one in best})):
                best = row
        if best:
            values = {
                "minutes": int(WITHIN.total_seconds() // 60),
                "count": len({one.card_id for one in best}),
                "day": best[-1].at.date().isoformat(),
            }
            ids = [one.id for one in best]
            yield _Found(f"cards:{clerk_id}", best[-1].area_code, CARDS, values, ids, clerk_id=clerk_id)


def _same_minute(deeds: list[_Deed]) -> Iterator[_Found]:
    groups: dict[tuple[int, int, str], list[_Deed]] = defaultdict(list)
    for deed in deeds:
        groups[(deed.clerk_id, deed.wallet_id, f"{deed.at:%H:%M}")].append(deed)
    for (clerk_id, wallet_id, minute), own in groups.items():
        days = {deed.at.date() for deed in own}
        if len(days) >= SAME_MINUTE_DAYS:
            yield _Found(
                f"minute:{clerk_id}:{wallet_id}:{minute}",
                own[-1].area_code,
                MINUTE,
                {"count": len(days), "time": minute},
                [deed.id for deed in own],
                clerk_id=clerk_id,
                wallet_id=wallet_id,
            )


def _near_limit(deeds: list[_Deed]) -> Iterator[_Found]:
    limit = int(plugin_settings("points_store")["card_day_limit"])
    least = limit * NEAR_LIMIT_PER_CENT // 100
    spent: dict[tuple[int, Any], list[_Deed]] = defaultdict(list)
    for deed in deeds:
        if deed.card_id is not None:
            spent[(deed.wallet_id, deed.at.date())].append(deed)
    near: dict[int, list[list[_Deed]]] = defaultdict(list)
    for (wallet_id, _), own in spent.items():
        if sum(deed.points for deed in own) >= least:
            near[wallet_id].append(own)
    for wallet_id, days in near.items():
        if len(days) >= NEAR_LIMIT_DAYS:
            values = {"count": len(days), "least": least, "limit": limit}
            ids = [deed.id for own in days for deed in own]
            yield _Found(
                f"limit:{wallet_id}", days[-1][-1].area_code, LIMIT, values, ids, wallet_id=wallet_id
            )


def _same_pairs(scope: AreaScope, since: Any) -> Iterator[_Found]:
    begun = datetime.combine(since, datetime.min.time(), CHINA)
    columns = (Return.clerk_id, Return.account_id, Return.points, Return.redemption_id, Return.area_code)
    pairs: dict[tuple[int, int], list[tuple[int, int, str]]] = defaultdict(list)
    for clerk_id, other_id, *rest in rows(Return.within(scope, *columns).where(Return.at >= begun)):
        if other_id is not None:
            pairs[(clerk_id, other_id)].append((rest[0], rest[1], rest[2]))
    for (clerk_id, other_id), own in pairs.items():
        if len(own) >= SAME_PAIR:
            yield _Found(
                f"pair:{clerk_id}:{other_id}",
                own[-1][2],
                PAIR,
                {"count": len(own), "points": sum(points for points, _, _ in own)},
                [redemption_id for _, redemption_id, _ in own],
                clerk_id=clerk_id,
                other_id=other_id,
            )


def _holders(wallet_ids: list[int]) -> dict[int, str]:
    wallets = LedgerAccount.unscoped(_REACHED).where(LedgerAccount.id.in_(wallet_ids))
    households = {row.id: household_of(row) for row in wallets}
    heads = household_head_name([known for known in households.values() if known is not None])
    return {wallet_id: heads.get(household or 0, "") for wallet_id, household in households.items()}


def _notes(scope: AreaScope, marks: list[str]) -> dict[str, list[Note]]:
    found = list(OddityNote.within(scope).where(OddityNote.mark.in_(marks)).order_by(OddityNote.id))
    people = account_names([row.account_id for row in found])
    notes: dict[str, list[Note]] = defaultdict(list)
    for row in found:
        notes[row.mark].append(Note(row.text, row.settled, row.at, people.get(row.account_id, "")))
    return notes
