"""Certificates of leave to carry out: the sheet, the page that checks one offline, what became of it."""

import re
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from markupsafe import Markup

from core.access import demands, public
from core.areas.api import path_name
from core.county import county
from core.errors import DomainError
from core.forms import form_page
from core.qr import draw_svg, normalize
from core.security import current_actor
from plugins.supervision.certificate_text import key_mark, read
from plugins.supervision.errors.ballots import BadCertificate
from plugins.supervision.queries import ballot_reach as reach
from plugins.supervision.queries import certificates
from plugins.supervision.queries.decisions import decision_by_code
from plugins.supervision.views import pages

WHY = "whoever is shown a certificate may check it"
_LONGEST = 2_000


@pages.get("/ballots/<int:decision_id>/certificate")
@demands(reach.TALLY)
def certificate_sheet(decision_id: int) -> Any:
    """The certificate on a sheet with its code; before the gate is open, what is missing."""
    actor = current_actor()
    try:
        view = certificates.certificate(actor, decision_id)
    except DomainError as refusal:
        if refusal.status != 409:
            raise
        decision, _ = reach.ballot_decision(actor, reach.TALLY, decision_id)
        return form_page("supervision/certificate_not_yet.html", refusal, decision=decision)
    base = county().settings.public_url or request.host_url.rstrip("/")
    page = base + url_for("supervision.check_certificate")
    return render_template(
        "supervision/certificate.html",
        certificate=view,
        stated=view.stated,
        path=path_name(view.stated.area_code),
        code=Markup(draw_svg(f"{page}#{view.text}")),  # noqa: S704 - drawn here from our own text
        page=page,
        key_mark=key_mark(county().keys.public_key()),
    )


@pages.get("/certificate")
@public(WHY)
def check_certificate() -> Any:
    """Checks a certificate in the browser, without a server once it is loaded; without a script, here."""
    raw_text = request.args.get("text", "").strip()[:_LONGEST]
    stated, refusal = None, None
    if raw_text:
        try:
            stated = read(county().keys.public_key(), raw_text)
        except BadCertificate as error:
            refusal = error
    return form_page(
        "supervision/certificate_check.html",
        refusal,
        text=raw_text,
        stated=stated,
        public_key=certificates.public_key(),
        key_mark=key_mark(county().keys.public_key()),
    )


@pages.get("/certificate-key.txt")
@public("a public key is there to be shown")
def certificate_key() -> Response:
    """The county's public key, for tools/certificate_check.py."""
    return Response(certificates.public_key() + "\n", mimetype="text/plain")


@pages.get("/certificates")
@public(WHY)
def find_certificate() -> Any:
    """From a code that was typed in to its page."""
    code = normalize(request.args.get("code", ""))[:8]
    if not code:
        return redirect(url_for("supervision.check_certificate"), 303)
    return redirect(url_for("supervision.certificate_standing", code=code), 303)


@pages.get("/certificates/<string:code>")
@public(WHY)
def certificate_standing(code: str) -> Any:
    """Whether leave stands now; of a certificate (`version`, `digest`) whether it was voided, and by what."""
    decision = decision_by_code(code)
    version = reach.version_of(decision)
    number, digest = request.args.get("version", ""), request.args.get("digest", "")
    asked = (int(number), digest) if re.fullmatch(r"[0-9]{1,6}", number) else None
    return render_template(
        "supervision/certificate_standing.html",
        decision=decision,
        version=version,
        path=path_name(decision.area_code),
        asked=asked[0] if asked else None,
        standing=certificates.standing(decision, version, asked),
    )
