"""Reports: which office gets them, who is kept out, how they go on, and what is never kept."""

from core.testing import TOWN, VILLAGE
from plugins.supervision.models.reports import MisconductReport
from plugins.supervision.queries.report_reach import sees
from tests.plugins.supervision.reporting import office, reported  # noqa: F401


def last():
    return MisconductReport.unscoped("a test").order_by(MisconductReport.id.desc()).first()


def test_a_village_cadre_is_reported_to_the_town_without_their_kin(office):
    reported(office)
    row = last()
    assert (row.area_code, row.level_code, row.state) == (VILLAGE, TOWN, "received")
    assert sees(office.officer, row.id) and sees(office.county, row.id)
    for kept_out in (office.secretary, office.wife, office.far, office.resident):
        assert not sees(kept_out, row.id)
