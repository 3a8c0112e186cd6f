"""gridgov certificate: an authority of the county's own that a client can trust, and that forges nothing else."""

import http.client
import ssl
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from core.cli.certificate import make_certificate
from core.errors import ConfigError


def test_the_server_answers_over_https_to_who_trusts_the_authority(
    data: Path, gridgov: Callable, start: Callable
) -> None:
    made = gridgov("certificate", "--data", data, "--host", "127.0.0.1", "--host", "county.test")
    assert made.returncode == 0
    assert "ca.crt" in made.stdout
    server = start("serve", "--data", data, "--certificate", https=True)
    trusting = ssl.create_default_context(cafile=str(data / "certificates" / "ca.crt"))
    for name, context in (("127.0.0.1", trusting),):
        link = http.client.HTTPSConnection(name, server.port, context=context)
        link.request("GET", "/healthz")
        assert link.getresponse().status == 200
        link.close()
    with pytest.raises(ssl.SSLCertVerificationError):
        http.client.HTTPSConnection(
            "127.0.0.1", server.port, context=ssl.create_default_context()
        ).request("GET", "/healthz")
