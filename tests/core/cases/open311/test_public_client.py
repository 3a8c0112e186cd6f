"""GeoReport v2 as the public client `georeport` speaks it, against a real running server, JSON and XML."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import requests
from georeport import GeoReport

from tools.running import Site, running_county

pytestmark = pytest.mark.sqlite
TEXT = "村口的路灯坏了 & <b>"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The acceptance county behind `gridgov serve`."""
    with running_county(tmp_path_factory.mktemp("open311") / "data") as running:
        yield running


def base(site: Site) -> str:
    return f"{site.url}/api/v1/open311/v2"


def post(site: Site, form: str = "json", **fields: str) -> requests.Response:
    """What the client cannot do: file a request."""
    token = site.account("secretary")["token"]
    values = {
        "api_key": token,
        "service_code": "cases.letter",
        "description": "村口的路灯坏了 & <b>",
        **fields,
    }
    return requests.post(f"{base(site)}/requests.{form}", data=values, timeout=20)


@pytest.fixture(scope="module")
def public_number(site: Site) -> str:
    """A public case of the synthetic county that somebody has answered: the client sends no key."""
    listed = requests.get(f"{base(site)}/requests.json", params={"status": "closed"}, timeout=20).json()
    assert len(listed) > 1
    return str(listed[0]["service_request_id"])


@pytest.fixture(scope="module")
def number(site: Site) -> str:
    """A public case that a channel has filed."""
    answer = post(site, lat="31.85", long="115.92", address_string="村口")
    assert answer.status_code == 201, answer.text
    return str(answer.json()[0]["service_request_id"])


@pytest.mark.parametrize("form", ["json", "xml"])
def test_the_client_reads_services_definitions_and_requests(
    site: Site, public_number: str, form: str
) -> None:
    client = GeoReport(base(site), output_format=form)
    services = client.get_service_list()
    assert "cases.letter" in {service["service_code"] for service in services}
    assert {"service_name", "description", "metadata", "type", "group"} <= set(services[0])
    definition = client.get_service_definition("cases.letter")
    assert definition["service_code"] == "cases.letter"
    listed = client.get_service_requests(status="closed")
    assert public_number in {row["service_request_id"] for row in listed}
    found: Any = client.get_service_request(public_number)
    assert (found["service_request_id"], found["status"]) == (public_number, "closed")
    assert datetime.fromisoformat(found["requested_datetime"]).tzinfo is not None
    both = client.get_service_requests(service_request_id=f"{public_number},000000-XXXXXX")
    assert public_number in str(both)


@pytest.mark.parametrize("form", ["json", "xml"])
def test_the_client_is_told_of_an_unknown_thing_by_its_status(site: Site, form: str) -> None:
    client = GeoReport(base(site), output_format=form)
    for ask in (client.get_service_definition, client.get_service_request):
        with pytest.raises(requests.HTTPError) as refused:
            ask("nothing.here")
        assert refused.value.response.status_code == 404
        assert "404" in refused.value.response.text


def test_another_jurisdiction_is_not_ours(site: Site) -> None:
    GeoReport(base(site), jurisdiction="341504").get_service_list()
    with pytest.raises(requests.HTTPError):
        GeoReport(base(site), jurisdiction="110000").get_service_list()


def test_what_was_filed_is_read_back_with_the_key_and_in_both_forms(site: Site, number: str) -> None:
    token = site.account("secretary")["token"]
    url = f"{base(site)}/requests/{number}"
    whole = requests.get(f"{url}.json", params={"api_key": token}, timeout=20).json()[0]
    assert whole["description"] == TEXT
    assert (whole["lat"], whole["long"]) == (31.85, 115.92)
    in_xml = requests.get(f"{url}.xml?api_key={token}", timeout=20).content.decode()
    assert "村口的路灯坏了 &amp; &lt;b&gt;" in in_xml
    bearer = {"Authorization": f"Bearer {token}"}
    assert requests.get(f"{url}.json", headers=bearer, timeout=20).json() == [whole]
    token_row = requests.get(f"{base(site)}/tokens/{number}.json", headers=bearer, timeout=20).json()
    assert token_row == [{"service_request_id": number, "token": number}]
