"""The stores' part of the proof: what went back, what was settled, and what the ledger says of both."""

from collections.abc import Iterator

from peewee import fn

from core.db import rows
from plugins.points_store.models import (
    Redemption,
    RedemptionLine,
    Return,
    ReturnLine,
    Settlement,
    SettlementLine,
    Transfer,
)

_PROOF = "the proof of the ledger looks at every account"


def wrong_stores() -> Iterator[str]:
    """Sentences about returns and settlements that do not agree with the ledger."""
    yield from _wrong_returns()
    yield from _wrong_lines()
    yield from _wrong_settlements()


def _wrong_returns() -> Iterator[str]:
    booked = dict(
        rows(
            Return.unscoped(_PROOF, Return.redemption_id, fn.SUM(Transfer.points))
            .join(Transfer, on=(Transfer.id == Return.transfer_id))
            .group_by(Return.redemption_id)
        )
    )
    noted = rows(
        Redemption.unscoped(_PROOF, Redemption.id, Redemption.returned).where(Redemption.returned > 0)
    )
    shown = dict(noted)
    for redemption_id in sorted(booked.keys() | shown.keys()):
        points, moved = shown.get(redemption_id, 0), int(booked.get(redemption_id, 0))
        if points != moved:
            yield f"兑换 {redemption_id} 记为退回 {points} 分，账上退回 {moved} 分"
    lines = fn.COALESCE(fn.SUM(ReturnLine.points), 0)
    of_return = (
        Return.unscoped(_PROOF, Return.id, Return.points, lines)
        .left_outer_join(ReturnLine, on=(ReturnLine.return_id == Return.id))
        .group_by(Return.id, Return.points)
        .having(lines != Return.points)
    )
    for return_id, points, summed in rows(of_return):
        yield f"退回 {return_id} 记为 {points} 分，明细合计 {summed} 分"


def _wrong_lines() -> Iterator[str]:
    went = fn.COALESCE(fn.SUM(ReturnLine.quantity), 0)
    found = rows(
        RedemptionLine.select(RedemptionLine.id, RedemptionLine.returned, went)
        .left_outer_join(ReturnLine, on=(ReturnLine.line_id == RedemptionLine.id))
        .group_by(RedemptionLine.id, RedemptionLine.returned)
        .having(went != RedemptionLine.returned)
    )
    for line_id, returned, summed in found:
        yield f"兑换明细 {line_id} 记为退回 {returned} 件，退回记录合计 {summed} 件"


def _wrong_settlements() -> Iterator[str]:
    lines = fn.COALESCE(fn.SUM(SettlementLine.points), 0)
    by_sheet = SettlementLine.select(SettlementLine.settlement_id, lines)
    sums = dict(rows(by_sheet.group_by(SettlementLine.settlement_id)))
    booked = dict(
        rows(
            Settlement.unscoped(_PROOF, Settlement.id, Transfer.points).join(
                Transfer, on=(Transfer.id == Settlement.transfer_id)
            )
        )
    )
    for row in Settlement.unscoped(_PROOF).order_by(Settlement.id):
        parts = row.own + row.donated + row.vouchers
        moved, summed = booked.get(row.id, 0), int(sums.get(row.id, 0))
        if not row.points == parts == moved == summed:
            yield f"结算 {row.id} 记为 {row.points} 分，分项 {parts} 分，明细 {summed} 分，账上 {moved} 分"
