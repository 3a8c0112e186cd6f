"""No ID number and no phone where it does not belong: 500 people through every operation and failure.

Searched are the logs of all loggers at `debug`, every answer to whoever may not read such numbers,
the database with its write-ahead log, backups, the county's folder and the folder of temporary files.
"""

import io
import logging
import random
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.backups.making import make_backup
from core.county import County
from core.db import unit_of_work
from core.demo.people import Crowd, MadeUpPerson
from core.logs import configure_logs
from core.people.services.imports import COLUMNS
from core.plugin_host.notes import finish_notes
from core.plugin_host.state import PluginState
from core.testing import COUNTY_CODE, FAR_VILLAGE, VILLAGE, JsonClient

PEOPLE = 500
CARELESS = """
from flask import Blueprint, request
from core.access import public
from core.hookspecs import hookimpl

pages = Blueprint("careless", __name__, url_prefix="/careless")
heard = [""]

@pages.get("/<number>")
@public("a plugin that says in its errors what it was given")
def page(number):
    heard[0] = number
    raise RuntimeError(f"cannot do anything with {number}") from ValueError(number)

@hookimpl
def register_pages():
    return [pages]

@hookimpl
def household_panels(actor, household_id):
    raise KeyError(heard[0])
"""


@pytest.fixture
def county_plugins() -> list[str]:
    return ["points_store"]


@pytest.fixture
def people() -> list[MadeUpPerson]:
    crowd = Crowd(random.Random(500), COUNTY_CODE, date(2026, 3, 2))
    found: list[MadeUpPerson] = []
    while len(found) < PEOPLE:
        found += [person for person in crowd.household() if person.citizen_id and person.phone]
    return found[:PEOPLE]


class Search:
    """Looks for the numbers of some people in whatever bytes there are."""

    def __init__(self, people: Iterable[MadeUpPerson]) -> None:
        self._numbers = {number for person in people for number in (person.citizen_id, person.phone)}

    def within(self, content: bytes | str) -> set[str]:
        """Which of the numbers stand in `content`, as UTF-8 or UTF-16, in one run or with gaps."""
        data = content.encode() if isinstance(content, str) else content
        found: set[str] = set()
        for form in (data, data.replace(b"\0", b""), re.sub(rb"[ -]|%20", b"", data)):
            for run in re.findall(rb"[0-9]{11,}[Xx]?", form):
                text = run.decode().upper()
                parts = {text[at : at + size] for size in (11, 18) for at in range(len(text) - size + 1)}
                found |= parts & self._numbers
        return found

    def below(self, folder: Path) -> dict[str, set[str]]:
        """File -> what was found in it; archives are searched part by part."""
        leaks: dict[str, set[str]] = {}
        for file in folder.rglob("*"):
            if file.is_file() and (found := self.within(file.read_bytes())):
                leaks[file.name] = found
            if zipfile.is_zipfile(file):
                with zipfile.ZipFile(file) as archive:
                    for name in archive.namelist():
                        if found := self.within(archive.read(name)):
                            leaks[f"{file.name}:{name}"] = found
        return leaks


@pytest.fixture
def journal(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that is logged, as a service logs it, at the lowest level."""
    root, peewee = logging.getLogger(), logging.getLogger("peewee")
    before = list(root.handlers), root.level, peewee.level
    monkeypatch.setenv("GRIDGOV_LOG", "debug")
    stream = io.StringIO()
    configure_logs(stream)
    yield stream
    root.handlers[:], root.level, peewee.level = before


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go, and stay if nobody takes them away."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@contextmanager
def silent(_label: str) -> Iterator[Callable[[int, int], None]]:
    yield lambda _done, _total: None


def sheet(people: Iterable[MadeUpPerson]) -> bytes:
    """A table of households of one."""
    lines = [",".join(column.title for column in COLUMNS)]
    lines += [f"{VILLAGE},导入-{n},{p.name},是,{p.citizen_id},{p.phone},,," for n, p in enumerate(people)]
    return "\n".join(lines).encode()


def upload(client: JsonClient, content: bytes, query: str = "") -> Any:
    return client._client.post(
        f"/api/v1/household-imports{query}",
        data={"file": (io.BytesIO(content), "people.csv")},
        headers={"Authorization": f"Bearer {client.token}"},
    )


class Everybody:
    """Those who act, from who may read numbers down to nobody."""

    def __init__(self, app: Any, api_as: Any, as_role: Any) -> None:
        self.secretary = api_as("secretary", VILLAGE)
        self.page = as_role("secretary", VILLAGE)
        self.strangers = {
            "clerk": api_as("clerk", VILLAGE),
            "reviewer": api_as("reviewer", VILLAGE),
            "auditor": api_as("auditor", COUNTY_CODE),
            "far secretary": api_as("secretary", FAR_VILLAGE),
            "nobody": JsonClient(app, None),
        }
        self.browsers = {
            "clerk": as_role("clerk", VILLAGE),
            "auditor": as_role("auditor", COUNTY_CODE),
            "nobody": app.test_client(),
        }


def unprivileged(everybody: Everybody, person: MadeUpPerson, number: int) -> Iterator[tuple[str, Any]]:
    """What those try with somebody's numbers who may not read them: each answer, with what it was."""
    citizen, phone = person.citizen_id, person.phone
    body = {"area_code": VILLAGE, "number": f"x{number}", "persons": [{"name": "甲", "citizen_id": citizen}]}
    names = list(everybody.strangers)
    name = names[number % len(names)]
    client = everybody.strangers[name]
    yield f"{name} searches", client.get(f"/households?search={citizen}")
    yield f"{name} searches by phone", client.get(f"/households?search={phone}")
    yield f"{name} registers elsewhere", client.post("/households", {**body, "area_code": "341504002002"})
    yield f"{name} asks for a person", client.get(f"/persons/{citizen}")
    yield f"{name} asks for nothing", client.get(f"/nothing/{citizen}")
    yield f"{name} reveals", client.post("/persons/1/reveals", {"field": citizen, "purpose": phone})
    yield f"{name} redeems", client.call("POST", "/redemptions", {"code": citizen}, key=f"key-{number:06d}")
    yield f"{name} gives", client.call("POST", "/awards", {"household_id": citizen}, key=f"k2-{number:06d}")
    yield f"{name} exports", client.get(f"/household-exports?search={citizen}")
    yield f"{name} logs in", client.post("/sessions", {"username": citizen, "password": phone})
    broken = client._client.post(
        "/api/v1/sessions", data=f'{{"username": "{citizen}', content_type="application/json"
    )
    yield f"{name} sends broken JSON", broken
    browser = everybody.browsers[list(everybody.browsers)[number % 3]]
    yield "page not found", browser.get(f"/people/{citizen}")
    yield "page of a person", browser.get(f"/people/persons/{phone}/edit")
    yield "page of a search", browser.get(f"/people?search={citizen}")
    yield "form without its token", browser.post("/accounts/login", data={"username": citizen})
    yield "careless plugin", browser.get(f"/careless/{citizen}")


def privileged(everybody: Everybody, person: MadeUpPerson, number: int) -> Iterator[Any]:
    """The day's work of who may read numbers, and mistakes in it; answers may repeat what was typed."""
    client, page = everybody.secretary, everybody.page
    member = {"name": person.name, "citizen_id": person.citizen_id, "phone": person.phone}
    home = {"area_code": VILLAGE, "number": f"登记-{number}", "address": person.phone, "persons": [member]}
    yield client.call("POST", "/households", home, key=f"home-{number:06d}")
    yield client.call("POST", "/households", home, key=f"home-{number:06d}")
    yield client.post("/households", {**home, "number": f"again-{number}"})  # registered already
    yield client.post("/households", {**home, "persons": [{**member, "citizen_id": person.citizen_id + "0"}]})
    yield client.post("/households", {**home, "number": person.citizen_id * 20})
    yield client.get(f"/households?search={person.citizen_id}")
    yield client.get(f"/households?search={person.phone}&page_size=1")
    yield page.get(f"/people?search={person.citizen_id}")


@pytest.mark.sqlite
def test_no_number_of_500_people_is_left_where_it_does_not_belong(
    county: County,
    plugin_folder: Any,
    build_app: Any,
    account: Any,
    request: pytest.FixtureRequest,
    people: list[MadeUpPerson],
    journal: io.StringIO,
    scratch: Path,
    tmp_path: Path,
) -> None:
    plugin_folder("careless", {"plugin.py": CARELESS})
    everybody = Everybody(
        request.getfixturevalue("app"), request.getfixturevalue("api_as"), request.getfixturevalue("as_role")
    )
    search, leaks = Search(people), {}
    imported, registered = people[: PEOPLE // 2], people[PEOPLE // 2 :]

    assert upload(everybody.secretary, sheet(imported), "?dry_run=true").status_code == 200
    assert upload(everybody.secretary, sheet(imported)).status_code == 200
    twice = upload(everybody.secretary, sheet(imported))  # every row a mistake, or nothing new
    assert twice.status_code in (200, 422)
    for name, client in everybody.strangers.items():
        leaks[f"{name} imports"] = search.within(upload(client, sheet(imported[:50])).data)

    statuses: set[int] = set()
    for number, person in enumerate(registered):
        statuses |= {answer.status_code for answer in privileged(everybody, person, number)}
    for number, person in enumerate(people):
        for what, answer in unprivileged(everybody, person, number):
            statuses.add(answer.status_code)
            told = answer.data + str(answer.headers).encode()
            leaks[what] = leaks.get(what, set()) | search.within(told)
    assert {200, 201, 400, 401, 403, 404, 409, 422, 500} <= statuses

    home = everybody.secretary.get("/households?search=登记-1").json[0]
    person = everybody.secretary.get(f"/households/{home['id']}").json["persons"][0]
    wish = {"field": "citizen_id", "purpose": "verify"}
    shown = everybody.secretary.post(f"/persons/{person['id']}/reveals", wish)
    assert search.within(shown.data)
    for _ in range(6):  # the plugin fails until it is quarantined, with a number in its mouth
        everybody.page.get(f"/people/households/{home['id']}")
    leaks["masked export"] = search.within(everybody.secretary.get("/household-exports?kind=csv").data)
    leaks["record"] = search.within(everybody.strangers["auditor"].get("/audit?page_size=100").data)
    admin = request.getfixturevalue("as_role")("county_admin", COUNTY_CODE)
    leaks["plugins"] = search.within(admin.get("/system/plugins").data)
    finish_notes()
    page = admin.get("/system/plugins/careless")
    assert "Traceback" in page.text
    leaks["plugin"] = search.within(page.data)

    make_backup(county, tmp_path / "county.zip", with_keys=True, progress=silent)
    leaks["logs"] = search.within(journal.getvalue())
    leaks |= search.below(tmp_path)
    assert {place: sorted(found)[:2] for place, found in leaks.items() if found} == {}
    assert journal.getvalue().count("\n") > 20 * PEOPLE / 2
    assert "cannot do anything with [citizen id]" in journal.getvalue()


@pytest.mark.sqlite  # a dump of PostgreSQL is compressed: nothing in it can be read as it lies
def test_a_number_that_is_left_somewhere_is_found(
    county: County, people: list[MadeUpPerson], tmp_path: Path
) -> None:
    # The control of the test above.
    person, search = people[7], Search(people)
    citizen, phone = person.citizen_id, person.phone
    places = {
        "log.txt": f"x{citizen}x".encode(),
        "wide.txt": citizen.encode("utf-16-le"),
        "wider.txt": phone.encode("utf-16-be"),
        "gaps.txt": f"{citizen[:6]} {citizen[6:14]} {citizen[14:]}".encode(),
        "address.txt": f"/people?search={phone}".encode(),
    }
    for name, content in places.items():
        (tmp_path / name).write_bytes(content)
    with unit_of_work(housekeeping="plants a number"):
        PluginState.create(name="planted", enabled=False, trouble="", cause=citizen, changed_at=0)
    make_backup(county, tmp_path / "county.zip", with_keys=False, progress=silent)
    found = set(search.below(tmp_path))
    assert {*places, "county.zip:database.sqlite"} <= found
    assert found & {"gridgov.db", "gridgov.db-wal"}
