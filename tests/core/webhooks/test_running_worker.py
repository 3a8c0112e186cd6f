"""The whole way, with real processes: a case is filed by Open311, and others hear of it within seconds."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from standardwebhooks import Webhook

from tests.core.notices.conftest import OtherSystem, other_system
from tools.running import make_county, serving

__all__ = ["other_system"]
pytestmark = pytest.mark.sqlite

SUBSCRIBE = """
import sys
from pathlib import Path
from core.accounts.api import operator
from core.app import load_plugins
from core.county import open_county
from core.db import database
from core.webhooks.services import create_subscription

county = open_county(Path(sys.argv[1]))
with database.connection_context():
    load_plugins(county)
    made = create_subscription(
        operator(), title="t", url=sys.argv[2], events=["cases.CaseReported"], area_code="341504"
    )
print(made.secret)
"""


def test_a_filed_case_is_told_to_another_system_without_waiting_for_the_minute(
    tmp_path: Path,
    other_system: Callable[[], OtherSystem],
) -> None:
    receiver = other_system()
    data = tmp_path / "data"
    seed = make_county(data)
    with (data / "config.toml").open("a") as config:
        config.write('\n[plugin.webhooks]\nallowed_hosts = ["127.0.0.1"]\n')
    command = [sys.executable, "-c", SUBSCRIBE, str(data), f"{receiver.url}/hook"]
    secret = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    token = next(each["token"] for each in seed["accounts"] if each["role"] == "secretary")
    with serving(data) as url:
        fields = {"api_key": token, "service_code": "cases.report", "description": "路灯不亮"}
        filed = requests.post(f"{url}/api/v1/open311/v2/requests.json", data=fields, timeout=20)
        assert filed.status_code == 201
        # Time makes cases of its own of what the county was seeded with; ours is looked for among all.
        number = filed.json()[0]["service_request_id"]
        deadline = time.monotonic() + 30
        while not (ours := [each for each in receiver.raw if number.encode() in each[1]]):
            assert time.monotonic() < deadline, "nobody was told"
            time.sleep(0.05)
    headers, body = ours[0]
    told = Webhook(secret).verify(body, {name.lower(): value for name, value in headers.items()})
    assert told["data"]["number"] == number
    assert json.loads(body) == told
