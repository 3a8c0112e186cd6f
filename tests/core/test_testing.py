"""The fixtures that plugin authors get do what they promise."""

import socket
import time
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.clock import now
from core.county import County
from core.people.api import list_households
from core.plugin_host import asking
from core.plugin_host.state import State
from core.security import Actor
from core.testing import (
    COUNTY_CODE,
    FAR_VILLAGE,
    GRID,
    MONDAY_MORNING,
    SISTER_VILLAGE,
    TOWN,
    VILLAGE,
    JsonClient,
    OutsideWorld,
    TestHousehold,
)


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.org", 443), ("2001:db8::1", 80)])
def test_no_test_reaches_another_host(address: tuple[str, int]) -> None:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    for way in ("connect", "connect_ex"):
        with socket.socket(family) as outside, pytest.raises(OutsideWorld):
            getattr(outside, way)(address)


def test_not_even_through_a_library() -> None:
    with pytest.raises(OutsideWorld):
        urllib.request.urlopen("http://192.0.2.1/", timeout=1)


def test_this_machine_stays_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as client:
        client.connect(server.getsockname())


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_a_county_of_its_own(turn: int, county: County, actor: Callable[..., Actor]) -> None:
    first = actor("secretary", VILLAGE)
    assert first.account_id == 1, "nobody was here before"
    assert county.settings.county_code == COUNTY_CODE
    assert turn


def test_somebody_acting_has_the_rights_of_the_role_in_the_area_only(actor: Callable[..., Actor]) -> None:
    secretary = actor("secretary", VILLAGE)
    assert secretary.may("areas.view", VILLAGE)
    assert not secretary.may("areas.view", SISTER_VILLAGE)
    assert actor("county_admin", COUNTY_CODE).may("accounts.manage", FAR_VILLAGE)


def test_a_browser_and_a_program_are_logged_in_as_whom_they_should(
    as_role: Callable[..., FlaskClient], api_as: Callable[..., JsonClient], client: FlaskClient
) -> None:
    # A page for people who are logged in sends everybody else to the log-in page.
    assert client.get("/accounts").status_code == 302
    assert as_role("county_admin", COUNTY_CODE).get("/accounts").status_code == 200
    me = api_as("secretary", TOWN).get("/me").json
    assert me is not None
    assert me["posts"][0]["area_code"] == TOWN
    assert api_as("county_admin", COUNTY_CODE, permissions=["areas.view"]).get("/accounts").status_code == 403


def test_the_clock_stands_until_it_is_moved(frozen_clock: Callable[..., None]) -> None:
    assert now() == now() == MONDAY_MORNING
    frozen_clock(MONDAY_MORNING + timedelta(hours=1))
    assert now() == MONDAY_MORNING + timedelta(hours=1)


def test_a_plugin_from_a_dict_of_files_is_there_and_off_or_on_as_asked(
    plugin_folder: Callable[..., Path], build_app: Callable[[], Flask], county: County
) -> None:
    plugin_folder("first", {"plugin.py": "", "part/deep.py": "X = 1"})
    plugin_folder("second", {"plugin.py": ""}, on=False)
    build_app()
    assert county.plugins is not None
    states = {name: county.plugins.reports[name].state for name in ("first", "second")}
    assert states == {"first": State.ON, "second": State.OFF}


def test_the_failing_neighbour_fails_and_nobody_else_notices(
    failing_neighbour: str, as_role: Callable[..., FlaskClient], county: County
) -> None:
    assert as_role("secretary", VILLAGE).get("/").status_code == 200
    assert county.plugins is not None
    assert "this neighbour always fails" in county.plugins.reports[failing_neighbour].cause


def test_the_hanging_neighbour_hangs_and_everybody_else_goes_on(
    hanging_neighbour: str,
    as_role: Callable[..., FlaskClient],
    county: County,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    browser = as_role("secretary", VILLAGE)
    assert browser.get("/").status_code == 200
    assert county.plugins is not None
    report = county.plugins.reports[hanging_neighbour]
    assert (report.state, "没有回答" in report.cause) == (State.QUARANTINED, True)
    monkeypatch.setattr(asking, "ANSWER_SECONDS", 20.0)
    began = time.monotonic()
    assert browser.get("/").status_code == 200
    assert time.monotonic() - began < 10, "nobody waits for it again"


def test_people_live_in_the_village_and_its_grid(
    people: list[TestHousehold], actor: Callable[..., Actor], as_role: Callable[..., FlaskClient]
) -> None:
    assert [(home.area_code, len(home.person_ids)) for home in people] == [
        (VILLAGE, 2),
        (VILLAGE, 1),
        (GRID, 3),
    ]
    briefs, total = list_households(actor("secretary", VILLAGE).scope("people.view"))
    assert total == len(people)
    assert {brief.id for brief in briefs} == {home.id for home in people}
    assert list_households(actor("secretary", SISTER_VILLAGE).scope("people.view"))[1] == 0
    page = as_role("secretary", VILLAGE).get(f"/people/households/{people[0].id}")
    assert page.status_code == 200


def test_people_are_there_for_a_resident_to_be_one_of_them(
    people: list[TestHousehold], actor: Callable[..., Actor]
) -> None:
    head = people[0].person_ids[0]
    assert actor("resident", VILLAGE, person_id=head).person_id == head
