"""gridgov certificate: an authority and a certificate of the county's own, for HTTPS inside its intranet.

Browsers keep a page for the time without a line, and sign with keys of their own, only over HTTPS. An
intranet address gets no certificate from a public authority, so the county makes one: whoever installs
`ca.crt` trusts it, and it vouches for nothing but the names that it was made for.
"""

import ipaddress
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from core.cli.context import data_option
from core.errors import ConfigError

FOLDER = "certificates"
CA, CA_KEY, SERVER, SERVER_KEY = "ca.crt", "ca.key", "server.crt", "server.key"
# Phones of one maker take nothing longer from an authority that was installed by hand (825 days).
SERVER_DAYS, CA_DAYS = 820, 3650
_HELP = """\
下一步：
1. 启动：gridgov serve --data {data} --host 0.0.0.0 --port 8443 --certificate
   （或让反向代理使用 {server} 和 {key}）；配置里写 [security] https = true、[county] public_url = "https://{host}:8443"。
2. 在每台店员设备上安装根证书 {ca}（只装这一个文件，绝不要复制 ca.key）：
   · Windows：双击 → 安装证书 → 本地计算机 → “受信任的根证书颁发机构”。
   · 统信 UOS、麒麟：复制到 /usr/local/share/ca-certificates/ 后运行 update-ca-certificates，浏览器里再导入。
   · 安卓：设置 → 安全 → 加密与凭据 → 安装证书 → CA 证书。
   · 苹果：用 Safari 打开文件安装描述文件，再到 设置 → 通用 → 关于本机 → 证书信任设置 里打开。
3. 证书 {days} 天后到期：到期前再运行一次本命令即可换新，根证书不变，设备不用重装。
"""


@click.command()
@data_option
@click.option("--host", "hosts", multiple=True, required=True, help="浏览器里输入的域名或 IP；可以写多次。")
def certificate(data: Path, hosts: tuple[str, ...]) -> None:
    """为内网地址生成县区自己的根证书和服务器证书，并说明怎样安装；再次运行换新服务器证书，根证书不变。"""
    folder = make_certificate(data, hosts)
    click.echo(f"已生成：{folder / SERVER}，适用于 {'、'.join(hosts)}")
    click.echo(
        _HELP.format(
            data=data,
            host=hosts[0],
            ca=folder / CA,
            server=folder / SERVER,
            key=folder / SERVER_KEY,
            days=SERVER_DAYS,
        )
    )


def make_certificate(data: Path, hosts: tuple[str, ...]) -> Path:
    """Make the authority (once) and a certificate for `hosts`; returns their folder. Raises ConfigError."""
    if not data.is_dir():
        raise ConfigError([f"没有这个文件夹：{data}；请先运行 gridgov init"])
    names = [_name(host) for host in hosts]
    folder = data / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    if not (folder / CA).exists():
        _make_authority(folder, names)
    authority, signing = _authority(folder)
    if not _covers(authority, names):
        wanted = "、".join(hosts)
        raise ConfigError(
            [f"现有根证书不能为 {wanted} 担保；请移走 {folder} 后重新运行，并在设备上重装根证书"]
        )
    key = ec.generate_private_key(ec.SECP256R1())
    made = (
        _builder(hosts[0], authority.subject, SERVER_DAYS)
        .public_key(key.public_key())
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False
        )
        .sign(signing, SHA256())
    )
    _write(folder / SERVER_KEY, _pem(key), 0o600)
    _write(folder / SERVER, made.public_bytes(Encoding.PEM) + authority.public_bytes(Encoding.PEM), 0o644)
    return folder


def certificate_files(data: Path) -> tuple[Path, Path]:
    """Certificate and key for `gridgov serve --certificate`. Raises ConfigError: none there, or over."""
    cert, key = data / FOLDER / SERVER, data / FOLDER / SERVER_KEY
    if not cert.exists() or not key.exists():
        raise ConfigError([f"还没有证书；请先运行 gridgov certificate --data {data} --host 服务器地址"])
    if x509.load_pem_x509_certificate(cert.read_bytes()).not_valid_after_utc <= datetime.now(UTC):
        raise ConfigError([f"证书已过期；请再运行一次 gridgov certificate --data {data} --host 服务器地址"])
    return cert, key


def _make_authority(folder: Path, names: list[x509.GeneralName]) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"gridgov {datetime.now(UTC):%Y-%m-%d}")])
    made = (
        _builder(None, subject, CA_DAYS)
        .subject_name(subject)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        # A stolen ca.key forges no bank.
        .add_extension(x509.NameConstraints([_constraint(name) for name in names], None), critical=True)
        .add_extension(_KEY_USAGE, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )
    _write(folder / CA_KEY, _pem(key), 0o600)
    _write(folder / CA, made.public_bytes(Encoding.PEM), 0o644)


_KEY_USAGE = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


def _authority(folder: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    try:
        key = load_pem_private_key((folder / CA_KEY).read_bytes(), None)
        authority = x509.load_pem_x509_certificate((folder / CA).read_bytes())
    except (OSError, ValueError):
        raise ConfigError([f"{folder} 里的根证书读不出来；请移走这个文件夹后重新运行"]) from None
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return authority, key


def _covers(authority: x509.Certificate, names: list[x509.GeneralName]) -> bool:
    kept = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    return all(_constraint(name) in kept for name in names)


def _constraint(name: x509.GeneralName) -> x509.GeneralName:
    if isinstance(name, x509.IPAddress):
        return x509.IPAddress(ipaddress.ip_network(str(name.value)))
    return name


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        pass
    if not host.isascii() or "/" in host or ":" in host or not host:
        raise ConfigError([f"--host 应为域名或 IP，不带 http:// 和端口：{host}"])
    return x509.DNSName(host)


def _builder(host: str | None, issuer: x509.Name, days: int) -> x509.CertificateBuilder:
    began = datetime.now(UTC) - timedelta(days=1)  # clocks of old machines lag
    builder = (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .serial_number(x509.random_serial_number())
        .not_valid_before(began)
        .not_valid_after(began + timedelta(days=days))
    )
    if host is None:
        return builder
    return builder.subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])]))


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(file: Path, content: bytes, mode: int) -> None:
    file.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
