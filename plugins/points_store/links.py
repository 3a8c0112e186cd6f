"""Addresses that leave the page: what a QR code says."""

from flask import request, url_for

from core.county import county


def code_url(token: str) -> str:
    """The address inside a QR code: the county's public one, or the one this request came by."""
    return _public(url_for("points_store.landing", token=token))


def voucher_url(token: str) -> str:
    """The address inside a voucher's QR code."""
    return _public(url_for("points_store.voucher_landing", token=token))


def _public(path: str) -> str:
    return (county().settings.public_url or request.host_url.rstrip("/")) + path
