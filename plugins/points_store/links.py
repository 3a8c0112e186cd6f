"""Addresses that leave the page: what a QR code says."""

from flask import request, url_for

from core.county import county


def code_url(token: str) -> str:
    """The address inside a QR code: the county's public one, or the one this request came by."""
    return _public(url_for("points_store.landing", token=token))


def voucher_url(token: str) -> str:
    """The address inside a voucher's QR code."""
    return _public(url_for("points_store.voucher_landing", token=token))


def activity_url(code: str) -> str:
    """The address inside an activity's code."""
    return _public(url_for("points_store.activity", code=code))


def public_url(area_code: str, month: str) -> str:
    """Where a village's public page of a month stands."""
    return _public(url_for("points_store.public_month", area_code=area_code, month=month))


def _public(path: str) -> str:
    return (county().settings.public_url or request.host_url.rstrip("/")) + path
