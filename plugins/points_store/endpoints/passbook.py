"""Passbooks, and who redeems for a household."""

from dataclasses import asdict
from typing import Any

from core.security import Actor
from plugins.points_store import schemas
from plugins.points_store.endpoints import SIGNED_IN, P, api, parse_id
from plugins.points_store.links import code_url
from plugins.points_store.queries import passbooks as passbook_queries
from plugins.points_store.queries import proxies as proxy_queries
from plugins.points_store.services import codes, passbooks, proxies
from plugins.points_store.services.proxies import Terms


@api.operation(
    "POST",
    "/wallets/<string:wallet_id>/passbooks",
    "openPassbook",
    access=P + "cards",
    returns=schemas.Passbook,
    status=201,
    errors=(404, 409),
)
def open_passbook(actor: Actor, wallet_id: str) -> passbook_queries.PassbookView:
    """The first passbook of a wallet, beginning with its balance."""
    return passbook_queries.passbook_view(passbooks.open_passbook(actor, wallet_id=parse_id(wallet_id)))


@api.operation(
    "POST",
    "/passbooks/<string:passbook_id>/prints",
    "printPassbook",
    access=P + "cards",
    returns=schemas.PassbookPrint,
    status=201,
    key="required",
    errors=(404, 409),
)
def print_passbook(actor: Actor, passbook_id: str) -> dict[str, Any]:
    """The lines that come next on the page that is begun; 409 when there are none."""
    printed = passbooks.print_page(actor, passbook_id=parse_id(passbook_id))
    _, passbook, _ = passbook_queries.printed_page(actor, printed.id)
    lines = passbook_queries.lines_of(printed, passbook)
    return {
        "id": printed.id,
        "page": printed.page,
        "first_line": printed.first_line,
        "last_line": printed.last_line,
        "balance_after": printed.balance_after,
        "lines": [asdict(line) for line in lines],
    }


@api.operation(
    "POST",
    "/passbooks/<string:passbook_id>/replacement",
    "replacePassbook",
    access=P + "cards",
    body=schemas.ReplacePassbookIn,
    returns=schemas.Passbook,
    status=201,
    errors=(404, 409),
)
def replace_passbook(actor: Actor, passbook_id: str, body: dict[str, Any]) -> passbook_queries.PassbookView:
    """Close a lost or full passbook; the new one begins with the balance brought forward."""
    return passbook_queries.passbook_view(
        passbooks.replace_passbook(actor, passbook_id=parse_id(passbook_id), **body)
    )


@api.operation(
    "POST",
    "/wallets/<string:wallet_id>/proxies",
    "nameProxy",
    access=P + "cards",
    body=schemas.NameProxyIn,
    returns=schemas.Proxy,
    status=201,
    errors=(404, 409),
)
def name_proxy(actor: Actor, wallet_id: str, body: dict[str, Any]) -> proxy_queries.ProxyView:
    """Staff name somebody who redeems for a household."""
    person_id = body.pop("person_id")
    proxy = proxies.name_proxy(actor, wallet_id=parse_id(wallet_id), person_id=person_id, terms=Terms(**body))
    return proxy_queries.proxy_view(proxy)


@api.operation(
    "POST",
    "/proxies",
    "nameOwnProxy",
    access=P + "own",
    body=schemas.NameOwnProxyIn,
    returns=schemas.Proxy,
    status=201,
    errors=(404, 409),
)
def name_own_proxy(actor: Actor, body: dict[str, Any]) -> proxy_queries.ProxyView:
    """A household names somebody who redeems for it."""
    name, phone = body.pop("name"), body.pop("phone")
    return proxy_queries.proxy_view(
        proxies.name_own_proxy(actor, name=name, phone=phone, terms=Terms(**body))
    )


@api.operation(
    "POST", "/proxies/<string:proxy_id>/stop", "stopProxy", access=SIGNED_IN, returns=None, status=204
)
def stop_proxy(actor: Actor, proxy_id: str) -> None:
    """End a mandate at once: the household, staff, or whoever holds it."""
    proxies.stop_proxy(actor, proxy_id=parse_id(proxy_id))


@api.operation(
    "POST",
    "/proxies/<string:proxy_id>/codes",
    "issueProxyCode",
    access=SIGNED_IN,
    returns=schemas.RedeemCode,
    status=201,
    shared=True,
    errors=(404, 409),
)
def issue_proxy_code(actor: Actor, proxy_id: str) -> dict[str, Any]:
    """A code for the wallet of who has named the actor: at most 60 seconds, used once, within the limits."""
    issued = codes.issue_code(actor, proxy_id=parse_id(proxy_id))
    return {"id": issued.code, "url": code_url(issued.token), **vars(issued)}
