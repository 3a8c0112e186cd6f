"""The files for Mosquitto, tried on a real one: who comes in, who may write where, what is kept."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.cli.certificate import make_certificate
from core.county import County
from core.heartbeat import companion_sign
from core.testing import TestHousehold
from plugins.call_button.bridge.broker_files import hashed
from plugins.call_button.bridge_figures import NAME
from plugins.call_button.drivers.generic_mqtt import is_user
from plugins.call_button.models.devices import REVOKED, Device
from plugins.call_button.queries.broker_users import SEALED
from tests.plugins.call_button.bridging import Bridge, hang, press, presses
from tools.mosquitto import Mosquitto, Publisher, find_port, program, wait_until
from tools.running import GRIDGOV

pytestmark = pytest.mark.broker
SECRETS = {"cb-1": "first secret of a caller", "cb-2": "second secret of a caller"}


@pytest.fixture
def callers(county: County, people: list[TestHousehold]) -> list[Device]:
    """Two callers with secrets, and one whose name no broker can take."""
    made = [hang(people[0].id, name, secret=county.keys.seal(word, SEALED)) for name, word in SECRETS.items()]
    return [*made, hang(people[1].id, "a/b", secret=county.keys.seal("third", SEALED))]


def write_files(county: County, port: int) -> str:
    """What `gridgov button broker-config` says."""
    words = [GRIDGOV, "button", "broker-config", "--data", county.data, "--port", str(port)]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def secured(county: County, callers: list[Device]) -> Iterator[Mosquitto]:
    """Mosquitto with the files that were written for this county."""
    make_certificate(county.data, ("127.0.0.1",))
    port = find_port()
    said = write_files(county, port)
    assert "设备用户 2 个" in said
    assert "没有写入：a/b" in said
    assert "还没有证书" not in said
    broker = Mosquitto(county.data / "running", county.data / "broker/mosquitto.conf", port)
    yield broker
    broker.stop()


def password(county: County, user: str) -> str:
    return (county.data / "broker/passwords" / user).read_text().strip()


@pytest.fixture
def come(secured: Mosquitto, county: County) -> Iterator[Callable[..., Publisher]]:
    """Lets somebody come to the broker: `come(user, password)`."""
    made: list[Publisher] = []

    def connect(user: str = "", word: str = "", *, expect: bool = True) -> Publisher:
        client = Publisher(secured.port, user, word, county.data / "certificates/ca.crt")
        made.append(client)
        wait_until(lambda: client.is_connected if expect else client.refused)
        assert client.is_connected is expect
        return client

    yield connect
    for client in made:
        client.close()


def test_nobody_comes_in_without_the_right_password(
    come: Callable[..., Publisher], county: County, secured: Mosquitto
) -> None:
    come("cb-1", SECRETS["cb-1"])
    come("zigbee2mqtt", password(county, "zigbee2mqtt"))
    come("gridgov", password(county, "gridgov"))
    come(expect=False)
    come("cb-1", SECRETS["cb-2"], expect=False)
    come("cb-9", SECRETS["cb-1"], expect=False)
    plain = Publisher(secured.port, "cb-1", SECRETS["cb-1"])  # without TLS
    with pytest.raises(AssertionError):
        wait_until(lambda: plain.is_connected, seconds=2)
    plain.close()


def test_a_device_writes_under_its_own_name_only(come: Callable[..., Publisher], county: County) -> None:
    reader = come("gridgov", password(county, "gridgov"))
    reader.subscribe("#")
    thief = come("cb-2", SECRETS["cb-2"])
    topics = ("gridgov/cb-1/press", "gridgov/cb-1/state", "zigbee2mqtt/cb-1", "gridgov/cb-2/other")
    mids = {thief.publish(topics[number % 4], press(number)) for number in range(1_000)}
    wait_until(lambda: mids <= thief.acknowledged)
    own = thief.publish("gridgov/cb-2/press", press(1))
    wait_until(lambda: own in thief.acknowledged)
    wait_until(lambda: reader.heard)
    assert {topic for topic, _ in reader.heard} == {"gridgov/cb-2/press"}
    # A device hears nobody, not even itself.
    thief.subscribe("#")
    thief.publish("gridgov/cb-2/press", press(2))
    wait_until(lambda: len(reader.heard) == 2)
    assert thief.heard == []


def test_gateways_write_below_their_own_root(come: Callable[..., Publisher], county: County) -> None:
    reader = come("gridgov", password(county, "gridgov"))
    reader.subscribe("#")
    zigbee = come("zigbee2mqtt", password(county, "zigbee2mqtt"))
    chirpstack = come("chirpstack", password(county, "chirpstack"))
    zigbee.publish("gridgov/cb-1/press", press(1))
    zigbee.publish("application/1/device/0011223344556677/event/up", b"{}")
    chirpstack.publish("zigbee2mqtt/one", b"{}")
    reader.publish("gridgov/cb-1/press", press(1))  # whoever reads all writes nothing
    zigbee.publish("zigbee2mqtt/one", b"{}")
    chirpstack.publish("application/1/device/0011223344556677/event/up", b"{}")
    wait_until(lambda: len(reader.heard) >= 2)
    assert sorted(topic for topic, _ in reader.heard) == [
        "application/1/device/0011223344556677/event/up",
        "zigbee2mqtt/one",
    ]


def test_a_press_goes_all_the_way_over_tls(
    come: Callable[..., Publisher],
    county: County,
    secured: Mosquitto,
    bridge: Bridge,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    section = county.plugins.loaded["call_button"].settings["broker"]  # type: ignore[union-attr]
    monkeypatch.setitem(section, "host", "127.0.0.1")
    monkeypatch.setitem(section, "port", secured.port)
    monkeypatch.setitem(section, "password_file", "broker/passwords/gridgov")
    monkeypatch.setitem(section, "ca_file", "certificates/ca.crt")
    bridge.start("")
    wait_until(lambda: (sign := companion_sign(NAME)) is not None and sign.figures.get("connected"))
    come("cb-1", SECRETS["cb-1"]).publish("gridgov/cb-1/press", press(1))
    come("cb-2", SECRETS["cb-2"]).publish("gridgov/cb-1/press", press(2))
    wait_until(presses)
    assert [source for source, _ in presses()] == ["cb-1"]


def test_written_again_passwords_stay_and_the_revoked_are_gone(
    come, county: County, secured: Mosquitto
) -> None:
    before = password(county, "gridgov")
    come("cb-1", SECRETS["cb-1"])
    Device.update(state=REVOKED).where(Device.source == "cb-1").execute()
    assert "设备用户 1 个" in write_files(county, secured.port)
    secured.reload()
    assert password(county, "gridgov") == before
    come("gridgov", before)
    come("cb-2", SECRETS["cb-2"])
    come("cb-1", SECRETS["cb-1"], expect=False)


def test_what_is_secret_is_for_the_owner_alone(secured: Mosquitto, county: County) -> None:
    folder = county.data / "broker"
    assert (folder / "passwords/gridgov").stat().st_mode & 0o077 == 0
    assert (folder / "passwords").stat().st_mode & 0o077 == 0
    assert all((folder / name).stat().st_mode & 0o007 == 0 for name in ("users", "acl", "server.key"))
    assert "first secret" not in (folder / "users").read_text()


def test_without_a_certificate_it_says_what_is_missing(county: County, callers: list[Device]) -> None:
    assert "gridgov certificate --host" in write_files(county, 8883)


def test_passwords_are_as_mosquitto_passwd_makes_them(tmp_path: Path) -> None:
    file = tmp_path / "users"
    file.touch(mode=0o600)
    tool = shutil.which("mosquitto_passwd")
    assert tool is not None
    subprocess.run([tool, "-b", file, "somebody", "a word"], check=True, capture_output=True)
    theirs = file.read_text().strip().partition(":")[2].split("$")
    ours = hashed("a word").split("$")
    assert theirs[1] == ours[1] == "7"
    assert [len(part) for part in theirs[3:]] == [len(part) for part in ours[3:]]
    assert hashed("a word") != hashed("a word"), "the salt is drawn each time"
    assert program()


@pytest.mark.parametrize(
    "name",
    [
        *("a/b", "a+b", "#", "", "a:b", "a b", "$SYS", "a\nb", "a\n"),
        *("呼叫器1", "gridgov", "chirpstack", "zigbee2mqtt"),
    ],
)
def test_names_that_no_broker_takes(name: str) -> None:
    assert not is_user(name, {"username": "gridgov"})


def test_names_that_a_broker_takes() -> None:
    assert all(is_user(name, {"username": "bridge"}) for name in ("cb-1", "0x00158d0001", "gridgov", "a.b_c"))
