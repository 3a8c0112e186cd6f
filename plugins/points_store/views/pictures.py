"""Vouchers with the picture of their code."""

from typing import Any

from markupsafe import Markup

from core import qr
from plugins.points_store.links import voucher_url
from plugins.points_store.queries.vouchers import VoucherView
from plugins.points_store.services.vouchers import voucher_token


def with_picture(voucher: VoucherView) -> dict[str, Any]:
    """A voucher for a template: `svg` its QR code, `short_code` to be typed."""
    svg = Markup(qr.draw_svg(voucher_url(voucher_token(voucher.code))))  # noqa: S704 - drawn here from our own token
    return {**vars(voucher), "svg": svg, "short_code": f"{voucher.code[:4]}-{voucher.code[4:]}"}
