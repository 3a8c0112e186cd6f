"""gridgov certificate: an authority of the county's own that clients can trust and that forges nothing."""

import http.client
import ssl
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.cli.certificate import make_certificate
from core.errors import ConfigError
from tests.core.cli.conftest import GRIDGOV, clean_environment, find_port


@pytest.fixture
def port(data: Path, run: Callable) -> Iterator[int]:
    """Where `gridgov serve --certificate` answers for 127.0.0.1 and county.test."""
    made = run("certificate", "--data", data, "--host", "127.0.0.1", "--host", "county.test")
    assert made.status == 0, made
    assert "ca.crt" in made.out
    number = find_port()
    command = [GRIDGOV, "serve", "--data", data, "--certificate", "--port", str(number)]
    process = subprocess.Popen(
        command, env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    assert f"https://127.0.0.1:{number}/" in process.stdout.readline()
    yield number
    process.terminate()
    process.communicate(timeout=40)


def ask(port: int, context: ssl.SSLContext) -> int:
    link = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=20)
    try:
        link.request("GET", "/healthz")
        return link.getresponse().status
    finally:
        link.close()


def test_the_server_answers_to_who_trusts_the_authority_and_to_nobody_else(data: Path, port: int) -> None:
    authority = str(data / "certificates" / "ca.crt")
    assert ask(port, ssl.create_default_context(cafile=authority)) == 200
    with pytest.raises(ssl.SSLCertVerificationError):
        ask(port, ssl.create_default_context())


def test_keys_are_for_the_owner_alone_and_renewing_keeps_the_authority(tmp_path: Path) -> None:
    folder = make_certificate(tmp_path, ("10.1.2.3", "county.test"))
    for name in ("ca.key", "server.key"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    time.sleep(0.01)
    make_certificate(tmp_path, ("10.1.2.3",))
    assert (folder / "ca.crt").read_bytes() == before["ca.crt"]
    assert (folder / "server.crt").read_bytes() != before["server.crt"]


def test_the_authority_vouches_for_no_other_name(tmp_path: Path) -> None:
    make_certificate(tmp_path, ("county.test",))
    with pytest.raises(ConfigError, match=r"不能为 bank\.test 担保"):
        make_certificate(tmp_path, ("bank.test",))
    for host in ("http://county.test", "county.test:8443", ""):
        with pytest.raises(ConfigError, match="不带 http"):
            make_certificate(tmp_path, (host,))


def test_serving_without_a_certificate_says_how_to_make_one(data: Path, run: Callable) -> None:
    refused = run("serve", "--data", data, "--certificate", "--port", find_port())
    refused.refused(2, "gridgov certificate")
