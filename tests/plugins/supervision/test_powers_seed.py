"""The synthetic county has a power list, publications and questions; the acceptance county has some to do."""

from contextlib import nullcontext

from core.accounts.api import operator
from core.areas.api import install_areas
from core.demo.world import build_world
from core.scope import AreaScope
from core.sheets import Upload
from core.testing import COUNTY_CODE
from plugins.supervision.models.assets import AssetsSheet
from plugins.supervision.queries.assets import overdue
from plugins.supervision.queries.powers import counts_by_class, list_powers
from plugins.supervision.queries.questions import list_questions


def test_an_acceptance_county_has_the_list_two_quarters_and_questions(county, build_app):
    build_app()
    rows = "".join(
        f"{code},{name},{level},2000-01-01,\n"
        for code, name, level in (("341504001003", "四村", "village"), ("341504002002", "五村", "village"))
    )
    install_areas(operator(), Upload("areas.csv", f"code,name,level,valid_from,valid_to\n{rows}".encode()))
    world = build_world(
        "acceptance", 7, password="Test-county-2026", progress=lambda _: nullcontext(lambda done, total: None)
    )
    answer, everywhere = world.answers["supervision"], AreaScope((COUNTY_CODE,))
    village = world.villages[0]
    assert list_powers(area_code=village)[1] == answer["supervision_powers"]
    assert counts_by_class()["others"] == 0
    sheets = AssetsSheet.within(everywhere).count()
    assert sheets == answer["supervision_assets_sheets"] == 2 * len(world.villages)
    assert list_questions(everywhere)[1] == answer["supervision_questions"] > 0
    assert 0 < list_questions(everywhere, waiting=True)[1] < answer["supervision_questions"]
    assert overdue(everywhere)[1] >= 0
