"""Files for Mosquitto, from the county's settings and register: settings, users, topic rules, passwords.

Everybody comes with a password over TLS. A device of the county's own may write below its own name and
nowhere else; a gateway below its own root; only the bridge reads.
"""

import base64
import hashlib
import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from core.value_classes import value_class
from plugins.call_button.drivers.generic_mqtt import CHIRPSTACK, ZIGBEE2MQTT, is_user

PORT: Final = 8883
CONF, ACL, USERS, PASSWORDS, STORE = "mosquitto.conf", "acl", "users", "passwords", "store"
CERTIFICATE, KEY = "server.crt", "server.key"
# What Mosquitto 2 writes by itself: PBKDF2 with SHA-512, salt and hash in base64. Passwords are drawn here
# and have 128 bits and more, and a broker that comes back checks all of its devices' at once: few rounds do.
_ROUNDS, _SALT_BYTES = 1_000, 12

_CONF = """\
# gridgov button broker-config 生成；改动会在下次运行时覆盖。放进 /etc/mosquitto/conf.d/。
listener {port}
certfile {folder}/{certificate}
keyfile {folder}/{key}
tls_version tlsv1.2
allow_anonymous false
password_file {folder}/{users}
acl_file {folder}/{acl}

# 断线期间的消息由服务器保存：每收下一条就写入磁盘，服务器被强行结束也不丢。
persistence true
persistence_location {folder}/{store}/
autosave_on_changes true
autosave_interval 1
# 县区程序不在线时最多保存一百万条，之后才丢弃；QoS 0 的也保存。不设期限，会话永不过期。
max_queued_messages 1000000
max_queued_bytes 0
queue_qos0_messages true
max_inflight_messages 400

message_size_limit 65536
set_tcp_nodelay true
log_dest stderr
log_type error
log_type warning
log_type notice
"""


@value_class
class Gateway:
    """Who brings the messages of many devices: a user, and the topics it may write and read."""

    user: str
    writes: tuple[str, ...]
    reads: tuple[str, ...] = ()


@value_class
class Written:
    """What was written. `new_users`: whose password was drawn just now; `left_out`: devices whose name
    Mosquitto cannot take as a user."""

    folder: Path
    devices: int
    new_users: tuple[str, ...]
    left_out: tuple[str, ...]
    has_certificate: bool


def gateways(broker: Mapping[str, Any]) -> list[Gateway]:
    """Zigbee2MQTT and ChirpStack, at the roots that the county's settings name."""
    root, application = broker["zigbee2mqtt_topic"], broker["chirpstack_application"]
    return [
        Gateway(ZIGBEE2MQTT, (f"{root}/#",), (f"{root}/#",)),
        Gateway(
            CHIRPSTACK,
            (f"application/{application}/device/+/event/+",),
            (f"application/{application}/device/+/command/#",),
        ),
    ]


def write_broker_files(
    folder: Path,
    broker: Mapping[str, Any],
    devices: Iterable[tuple[str, str]],
    certificates: Path,
    *,
    port: int = PORT,
) -> Written:
    """Write all of them into `folder`; passwords of bridge and gateways that are there already stay.

    `devices`: name and password of those that come by themselves; `certificates`: the folder with
    server.crt and server.key. Raises OSError.
    """
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    (folder / STORE).mkdir(mode=0o700, exist_ok=True)
    (folder / PASSWORDS).mkdir(mode=0o700, exist_ok=True)
    known = gateways(broker)
    reader = broker["username"]
    taken = {reader, *(gateway.user for gateway in known)}
    users, new = {}, []
    for user in sorted(taken):
        users[user], is_new = _kept_password(folder / PASSWORDS / user)
        new += [user] if is_new else []
    left_out = []
    for name, password in devices:
        if not is_user(name, broker):
            left_out.append(name)
        else:
            users[name] = password
    _write(folder / USERS, "".join(f"{user}:{hashed(password)}\n" for user, password in users.items()))
    _write(folder / ACL, acl_text(broker, known))
    has_certificate = _copy_certificate(certificates, folder)
    names = {"certificate": CERTIFICATE, "key": KEY, "users": USERS, "acl": ACL, "store": STORE}
    _write(folder / CONF, _CONF.format(port=port, folder=folder.resolve(), **names))
    return Written(folder, len(users) - len(taken), tuple(new), tuple(left_out), has_certificate)


def acl_text(broker: Mapping[str, Any], known: Iterable[Gateway]) -> str:
    """The topic rules. What no line allows is refused."""
    lines = [f"user {broker['username']}", "topic read #"]
    for gateway in known:
        lines += ["", f"user {gateway.user}"]
        lines += [f"topic write {topic}" for topic in gateway.writes]
        lines += [f"topic read {topic}" for topic in gateway.reads]
    base = broker["generic_topic"]
    lines += [
        "",
        "# 设备只能写自己名下的主题",
        f"pattern write {base}/%u/press",
        f"pattern write {base}/%u/state",
    ]
    return "\n".join(lines) + "\n"


def hashed(password: str, *, rounds: int = _ROUNDS) -> str:
    """As mosquitto_passwd writes it."""
    salt = os.urandom(_SALT_BYTES)
    made = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, rounds)
    return f"$7${rounds}${base64.b64encode(salt).decode()}${base64.b64encode(made).decode()}"


def _kept_password(file: Path) -> tuple[str, bool]:
    """The password in the file, drawn now if there is none, and whether it was."""
    try:
        return file.read_text("utf-8").strip(), False
    except FileNotFoundError:
        password = secrets.token_urlsafe(18)
        _write(file, password + "\n", mode=0o600)
        return password, True


def _copy_certificate(certificates: Path, folder: Path) -> bool:
    for name in (CERTIFICATE, KEY):
        if not (certificates / name).exists():
            return (folder / CERTIFICATE).exists() and (folder / KEY).exists()
        new = folder / f"{name}.new"
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640), "wb") as target:
            target.write((certificates / name).read_bytes())
        new.replace(folder / name)
    return True


def _write(file: Path, text: str, *, mode: int = 0o640) -> None:
    """In place of what was there, whole or not at all."""
    new = file.with_name(f"{file.name}.new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as out:
        out.write(text)
    new.replace(file)
