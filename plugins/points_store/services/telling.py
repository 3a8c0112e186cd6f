"""Whom the points store tells what became of a claim, and where somebody has to decide.

A household is told besides what somebody did for it.
"""

from collections.abc import Sequence

from core.accounts.api import accounts_of_person, accounts_of_persons
from core.county import county
from core.hookspecs import NoticeKind
from core.notices.api import Accounts, Holders, Telling, notify, notify_many
from core.people.api import members_of, persons_of
from core.scope import AreaScope
from core.text import N_
from plugins.points_store.models import Claim, LedgerAccount
from plugins.points_store.models.claims import CREDITED
from plugins.points_store.models.earning import LOSS
from plugins.points_store.services.wallets import household_of

RESULT, OBJECTED, PROBLEM, STOPPED, PROXY = (
    f"points_store.{kind}"
    for kind in ("claim_result", "claim_objected", "claim_problem", "rule_stopped", "proxy")
)
KINDS = {
    RESULT: NoticeKind(N_("积分申报有结果"), digest=True),
    OBJECTED: NoticeKind(N_("公示的积分有异议，请答复"), ("sms", "dingtalk", "wecom"), digest=True),
    PROBLEM: NoticeKind(N_("公示期满的积分没能记上"), digest=True),
    STOPPED: NoticeKind(N_("积分规则停用，有申报待定"), digest=True),
    PROXY: NoticeKind(N_("有人为您家代领积分"), ("sms",)),
}


def tell_result(claim: Claim) -> None:
    """Whoever filed and the household's members learn what became of a claim."""
    tell_results([claim])


def tell_results(claims: Sequence[Claim]) -> None:
    """As `tell_result`, of many claims at once."""
    members = members_of(claim.household_id for claim in claims)
    everywhere = AreaScope((county().settings.county_code,))
    accounts = accounts_of_persons(everywhere, [key for persons in members.values() for key in persons])
    tellings = []
    for claim in claims:
        told = {accounts[key] for key in members.get(claim.household_id, ()) if key in accounts}
        if claim.filed_by is not None:
            told.add(claim.filed_by)
        if told:
            tellings.append(
                Telling(
                    Accounts(tuple(sorted(told))),
                    _words(claim),
                    claim.area_code[:12],
                    {"points": claim.points, "number": str(claim.id)},
                    url=f"/points-store/claims/{claim.id}",
                )
            )
    notify_many(RESULT, tellings)


def tell_committee(claim: Claim, kind: str, text: str) -> None:
    """The committee of the claim's village has something to decide."""
    for role in ("reviewer", "secretary"):
        notify(
            Holders(role, claim.area_code[:12]),
            kind,
            text,
            {"number": str(claim.id)},
            url=f"/points-store/claims/{claim.id}",
            area_code=claim.area_code[:12],
        )


def tell_objector(claim: Claim, account_id: int) -> None:
    """Who objected learns that the committee has answered."""
    notify(
        Accounts((account_id,)),
        RESULT,
        N_("您对第 %(number)s 号公示的异议已有答复，请点开看。"),
        {"number": str(claim.id)},
        url=f"/points-store/claims/{claim.id}",
        area_code=claim.area_code[:12],
    )


def tell_household(wallet: LedgerAccount, text: str, values: dict[str, str | int], *, subject: str) -> None:
    """Whose wallet it is learns who redeems for them."""
    told = accounts_of(wallet)
    if told:
        notify(
            Accounts(tuple(told)),
            PROXY,
            text,
            values,
            subject=subject,
            url="/points-store/proxies",
            area_code=wallet.area_code,
        )


def accounts_of(wallet: LedgerAccount) -> list[int]:
    """The accounts of a wallet's holder, or of all members of the household."""
    if wallet.person_id is not None:
        return accounts_of_person(wallet.person_id)
    household_id = household_of(wallet)
    members = persons_of(household_id) if household_id else []
    return [account for person in members for account in accounts_of_person(person.id)]


def _words(claim: Claim) -> str:
    if claim.state == CREDITED:
        return (
            N_("第 %(number)s 号扣分公示期满，已经记账。")
            if claim.effect == LOSS
            else N_("第 %(number)s 号申报公示期满，%(points)d 分已经到账。")
        )
    return N_("第 %(number)s 号申报没有通过，请点开看原因。")
