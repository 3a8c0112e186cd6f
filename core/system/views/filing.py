"""The filing pack, of one plugin and of the county: to read, and as a Word file to hand in."""

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from core.access import demands
from core.security import current_actor
from core.system.filing import Pack, county_pack, plugin_pack
from core.system.filing_word import WORD_TYPE, filing_word
from core.system.queries import PLUGINS
from core.system.views.blueprint import pages


@pages.get("/system/filing")
@demands(PLUGINS)
def county_filing() -> ResponseReturnValue:
    """Everything that is on in the county."""
    return render_template("system/filing.html", pack=county_pack(current_actor()), name="")


@pages.get("/system/filing/word")
@demands(PLUGINS)
def county_filing_word() -> ResponseReturnValue:
    """The same as a Word file."""
    return _word(county_pack(current_actor()), "county")


@pages.get("/system/plugins/<name>/filing")
@demands(PLUGINS)
def filing(name: str) -> ResponseReturnValue:
    """What one plugin asks of people, and what it holds about them."""
    return render_template("system/filing.html", pack=plugin_pack(current_actor(), name), name=name)


@pages.get("/system/plugins/<name>/filing/word")
@demands(PLUGINS)
def filing_as_word(name: str) -> ResponseReturnValue:
    """The same as a Word file."""
    return _word(plugin_pack(current_actor(), name), name)


def _word(pack: Pack, name: str) -> Response:
    disposition = f'attachment; filename="filing-{name}-{pack.made_on}.docx"'
    return Response(filing_word(pack), mimetype=WORD_TYPE, headers={"Content-Disposition": disposition})
