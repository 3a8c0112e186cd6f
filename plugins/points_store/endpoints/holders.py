"""Wallets that are stopped, and points that change hands."""

from typing import Any

from core.security import Actor
from plugins.points_store import schemas
from plugins.points_store.endpoints import P, api, parse_id
from plugins.points_store.queries import wallets as wallet_queries
from plugins.points_store.services import holders


def _wallet(actor: Actor, wallet_id: int) -> wallet_queries.WalletView:
    return wallet_queries.wallet_view(holders.managed_wallet(actor, wallet_id))


@api.operation(
    "POST",
    "/wallets/<string:wallet_id>/stop",
    "stopWallet",
    access=P + "wallets",
    body=schemas.WalletReasonIn,
    returns=schemas.Wallet,
    errors=(404, 409),
)
def stop_wallet(actor: Actor, wallet_id: str, body: dict[str, Any]) -> wallet_queries.WalletView:
    """Nothing is redeemed from this wallet any more; it may still receive."""
    holders.stop_wallet(actor, wallet_id=parse_id(wallet_id), **body)
    return _wallet(actor, parse_id(wallet_id))


@api.operation(
    "POST",
    "/wallets/<string:wallet_id>/resumption",
    "resumeWallet",
    access=P + "wallets",
    body=schemas.WalletReasonIn,
    returns=schemas.Wallet,
    errors=(404, 409),
)
def resume_wallet(actor: Actor, wallet_id: str, body: dict[str, Any]) -> wallet_queries.WalletView:
    """A stopped wallet may redeem again."""
    holders.resume_wallet(actor, wallet_id=parse_id(wallet_id), **body)
    return _wallet(actor, parse_id(wallet_id))


@api.operation(
    "POST",
    "/wallets/<string:wallet_id>/handovers",
    "handPointsOver",
    access=P + "wallets",
    body=schemas.HandOverIn,
    returns=schemas.Wallet,
    key="required",
    errors=(404, 409),
)
def hand_points_over(actor: Actor, wallet_id: str, body: dict[str, Any]) -> wallet_queries.WalletView:
    """Points go to another household or person, as to heirs; they keep the days on which they end."""
    holders.hand_points_over(actor, wallet_id=parse_id(wallet_id), **body)
    return _wallet(actor, parse_id(wallet_id))


@api.operation(
    "POST",
    "/wallets/<string:wallet_id>/split",
    "splitWallet",
    access=P + "wallets",
    body=schemas.SplitIn,
    returns=schemas.Wallet,
    key="required",
    errors=(404, 409),
)
def split_wallet(actor: Actor, wallet_id: str, body: dict[str, Any]) -> wallet_queries.WalletView:
    """A household was split: its points are shared out to the last one."""
    shares = {share["household_id"]: share["points"] for share in body["shares"]}
    holders.split_wallet(actor, wallet_id=parse_id(wallet_id), shares=shares, reason=body["reason"])
    return _wallet(actor, parse_id(wallet_id))


@api.operation(
    "POST",
    "/wallet-gifts",
    "givePoints",
    access=P + "own",
    body=schemas.KinIn,
    returns=schemas.Wallet,
    key="required",
    errors=(404, 409),
)
def give_points(actor: Actor, body: dict[str, Any]) -> wallet_queries.WalletView:
    """One's own points to somebody of one's household, where each person has a wallet."""
    holders.give_to_kin(actor, **body)
    mine = wallet_queries.my_wallet(actor)
    assert mine is not None, "points were just handed out of it"
    return wallet_queries.wallet_view(mine)
