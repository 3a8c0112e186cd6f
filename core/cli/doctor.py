"""gridgov doctor: what is wrong or will be, in sentences that say what to do."""

import shutil
import stat
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

import click
from peewee import PeeweeException

from core import deprecation
from core.app import core_chains, load_plugins
from core.burdens import BURDEN_TITLES
from core.cli.context import data_option, json_option, opened
from core.cli.output import print_json
from core.clock import CalendarMissing, now, today
from core.county import County, secret_file
from core.db import database, engine, is_outage
from core.errors import ConfigError
from core.hookspecs import Finding
from core.last_backup import OLDEST_DAYS, last_backup
from core.migrations import Chain, pending
from core.plugin_host.state import Report, State, survey
from core.plugin_kit.installing import signers
from core.plugin_manager import PluginManager

MEGABYTE = 1024 * 1024
LITTLE_SPACE, NO_SPACE = 2048 * MEGABYTE, 256 * MEGABYTE
# The State Council's notice for the next year comes out in November.
NOTICE_MONTH = 11


@click.command()
@data_option
@json_option
def doctor(data: Path, as_json: bool) -> int:
    """检查设置、密钥、数据库、磁盘、插件；有严重问题时退出码为 1。"""
    findings = list(examine(data))
    grave = any(finding.grave for finding in findings)
    if as_json:
        listed = [{"code": f.code, "text": f.text, "grave": f.grave} for f in findings]
        print_json({"healthy": not grave, "findings": listed})
    else:
        for finding in sorted(findings, key=lambda finding: not finding.grave):
            click.echo(f"{'✗ 须处理' if finding.grave else '· 请留意'}  {finding.text}")
        click.echo("没有发现严重问题" if not grave else "请先处理标有 ✗ 的问题")
    return 1 if grave else 0


def examine(data: Path) -> Iterator[Finding]:
    """Everything found about the county in `data`."""
    try:
        with opened(data) as county:
            yield from _examine_files(data)
            yield from _examine_backup(data)
            yield from _examine_settings(county)
            yield from _examine_database(county)
    except ConfigError as error:
        yield from (Finding("config_error", mistake, grave=True) for mistake in error.mistakes)
    except PeeweeException as error:
        if not is_outage(error):
            raise
        text = "数据库现在连不上；请检查它是否在运行、GRIDGOV_DATABASE 或 database.url 里的地址是否正确"
        yield Finding("database_unavailable", text, grave=True)


def _examine_files(data: Path) -> Iterator[Finding]:
    keys = secret_file(data)
    if keys.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Finding("keys_readable", f"其他用户能读到密钥文件；请运行 chmod 600 {keys}", grave=True)
    free = shutil.disk_usage(data).free
    if free < LITTLE_SPACE:
        text = f"{data} 所在磁盘只剩 {free // MEGABYTE} MB，请清理或扩容"
        yield Finding("disk_space", text, grave=free < NO_SPACE)


def _examine_backup(data: Path) -> Iterator[Finding]:
    at = last_backup(data)
    if at is None:
        text = "从未备份过；请运行 gridgov backup 文件，并让它每天自动运行（deploy/ 里有现成的定时任务）"
        yield Finding("backup_never", text, grave=False)
    elif (age := now() - at) > timedelta(days=OLDEST_DAYS):
        text = f"最近一次备份在 {at:%Y-%m-%d %H:%M}，已过 {age.days} 天；请检查定时任务并尽快备份"
        yield Finding("backup_old", text, grave=False)


def _examine_settings(county: County) -> Iterator[Finding]:
    settings = county.settings
    if not settings.security.https:
        text = (
            "没有启用 HTTPS：手机浏览器的页内扫码、定位不可用，密码在网上是明文；"
            "配好证书后设 security.https = true"
        )
        yield Finding("no_https", text, grave=False)
    elif not settings.security.trusted_proxies:
        text = (
            "启用了 HTTPS，但 security.trusted_proxies 为 0：如果前面有反向代理，所有人看起来来自同一地址，"
            "按地址限制猜密码不起作用；请填写前面有几层代理（通常为 1）"
        )
        yield Finding("no_trusted_proxies", text, grave=False)
    if not settings.public_url:
        text = "county.public_url 没有填写：印出的二维码将使用打印时的网址，换网址后会失效"
        yield Finding("no_public_url", text, grave=False)
    years = [today().year] + ([today().year + 1] if today().month >= NOTICE_MONTH else [])
    for year in years:
        try:
            county.calendar.is_working_day(date(year, 10, 1))
        except CalendarMissing as error:
            yield Finding("calendar_missing", error.sentence(), grave=year == today().year)


def _examine_database(county: County) -> Iterator[Finding]:
    # Kinds of damage, each of which makes the next question pointless.
    if damage := _damage():
        yield Finding("database_damaged", f"数据库已损坏（{damage}），请从备份恢复", grave=True)
        return
    if waiting := pending(core_chains()):
        yield _waiting(waiting, grave=True)
        return
    reports = survey(county.settings, county.plugins_folder)
    yield from _examine_signers(county, reports)
    chains = [
        Chain(report.name, report.manifest.folder / "migrations")
        for report in reports.values()
        if report.state is State.ON and report.manifest is not None
    ]
    if waiting := pending(chains):
        # Of a plugin that has not run here yet; loading it to ask would write its tables.
        yield _waiting(waiting, grave=False)
        return
    manager = load_plugins(county)
    for name, report in sorted(manager.reports.items()):
        if report.state not in {State.ON, State.OFF}:
            text = f"插件 {report.title}（{name}）{report.state.title}：{report.cause}"
            yield Finding("plugin_trouble", text, grave=True)
    for name, keys in sorted(manager.settings.by_page.items()):
        text = f"插件 {name} 的设置 {'、'.join(sorted(keys))} 以插件页面保存的值为准，不看配置文件"
        yield Finding("settings_by_page", text, grave=False)
    yield from _examine_burdens(county, manager)
    for use in deprecation.uses():
        text = f"插件 {use.plugin} 使用了即将移除的接口（{use.place}）：{use.deprecated.told()}"
        yield Finding("plugin_deprecation", text, grave=False)
    yield from manager.gather("check_health")


def _examine_signers(county: County, reports: Mapping[str, Report]) -> Iterator[Finding]:
    """Plugins that came in a bundle whose key the county has withdrawn since."""
    for name, signer in sorted(signers(county.settings.county_code).items()):
        report = reports.get(name)
        if report and report.manifest and signer not in county.settings.trusted:
            text = (
                f"插件 {report.title}（{name}）的安装包由 {signer} 签名，这把公钥已不在 plugins.trusted 中；"
                f"如果它不再可信，请运行 gridgov plugin disable {name}，并向作者要重新签名的包"
            )
            yield Finding("plugin_key_withdrawn", text, grave=False)


def _examine_burdens(county: County, manager: PluginManager) -> Iterator[Finding]:
    """What weighs on grassroots staff and is on, with its legal ground (国办函〔2026〕12号)."""
    for loaded in manager.loaded.values():
        for name in loaded.manifest.burdens:
            if ground := county.settings.burdens.get(name):
                text = f"插件 {loaded.manifest.title} 的“{BURDEN_TITLES[name]}”已启用，依据：{ground}"
                yield Finding("burden_on", text, grave=False)


def _damage() -> str:
    if engine() == "sqlite":
        found: str = database.execute_sql("PRAGMA quick_check(1)").fetchone()[0]
        return "" if found == "ok" else found
    # PostgreSQL looks after its files itself; an index whose making was cut off it leaves to us.
    half = database.execute_sql("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid")
    return "、".join(name for (name,) in half.fetchall())


def _waiting(names: list[str], *, grave: bool) -> Finding:
    text = f"有 {len(names)} 项数据库升级尚未执行（{'、'.join(names[:3])}）；启动服务时会自动执行"
    return Finding("migrations_pending", text, grave=grave)
