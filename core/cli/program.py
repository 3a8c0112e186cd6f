"""The command tree: names and one line each, without importing what they name."""

import gc
import importlib
import sys
from collections.abc import Mapping

import click

from core.cli.chinese import ChineseFormatter, usage_sentence
from core.errors import ConfigError, DomainError
from core.value_classes import value_class

DONE, FOUND_WRONG, WRONG_USAGE = 0, 1, 2

click.Context.formatter_class = ChineseFormatter


@value_class
class Entry:
    """Where a command lies (`module:name`) and what it does, in one line."""

    target: str
    help: str


COMMANDS: Mapping[str, Entry] = {
    "init": Entry("core.cli.init:init", "新建一个县区：文件夹、密钥、数据库、区域、第一个账号"),
    "serve": Entry("core.cli.serve:serve", "启动网页和接口服务，以及工作进程"),
    "web": Entry("core.cli.serve:web", "只启动网页和接口服务"),
    "worker": Entry("core.cli.worker:worker", "只启动工作进程：投递事件、执行定时任务"),
    "bridge": Entry("core.cli.bridge:bridge", "只启动插件的常驻进程（一键呼叫的设备监听）"),
    "demo": Entry("core.cli.demo:demo", "创建并打开演示县区"),
    "seed": Entry("core.cli.seed:seed", "生成确定的测试数据，以 JSON 输出编号、账号和令牌"),
    "config": Entry("core.cli.config:config", "检查配置文件"),
    "plugin": Entry("core.cli.plugin:plugin", "查看、启用、停用插件"),
    "user": Entry("core.cli.user:user", "账号：新建、重设密码、停用"),
    "token": Entry("core.cli.token:token", "接口令牌：签发、吊销"),
    "import": Entry("core.cli.transfer:import_", "导入区域或户籍表格"),
    "export": Entry("core.cli.transfer:export", "导出户籍、积分账等到文件"),
    "audit": Entry("core.cli.audit:audit", "审计记录：链头、校验"),
    "event": Entry("core.cli.event:event", "事件：未送达的列表、重新投递"),
    "backup": Entry("core.cli.backup:backup", "把县区备份成一个文件，不必停机"),
    "restore": Entry("core.cli.backup:restore", "从备份恢复县区，并核对"),
    "migrate-database": Entry(
        "core.cli.migrate_database:migrate_database", "把县区从 SQLite 迁到 PostgreSQL，并核对"
    ),
    "certificate": Entry("core.cli.certificate:certificate", "为内网地址生成证书，供 HTTPS 使用"),
    "doctor": Entry("core.cli.doctor:doctor", "检查设置、密钥、数据库、磁盘、插件"),
}


class Program(click.Group):
    """Commands of the core by the list above, then those that installed plugins declare in plugin.toml."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names; core's own first."""
        return [*COMMANDS, *sorted(_plugin_commands())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the one command that was asked for."""
        entry = COMMANDS.get(cmd_name) or _plugin_commands().get(cmd_name)
        command = _import_command(cmd_name, entry) if entry else None
        gc.enable()  # core.cli.main turned it off for the imports
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with a Chinese sentence for a name that nobody knows."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            ctx.fail(f"没有命令 {args[0]}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from what is known without importing them."""
        plugins = _plugin_commands()
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in COMMANDS.items()])
        if plugins:
            with formatter.section("插件的命令"):
                formatter.write_dl([(name, plugins[name].help) for name in sorted(plugins)])


@click.group(cls=Program, invoke_without_command=True, context_settings={"max_content_width": 110})
@click.option("--version", is_flag=True, help="显示版本。")
@click.pass_context
def gridgov(ctx: click.Context, version: bool) -> None:
    """县域网格治理系统。一个数据文件夹（--data 或环境变量 GRIDGOV_DATA）存放一个县区的全部数据。"""
    if version:
        from core.version import VERSION

        click.echo(f"gridgov {VERSION}")
    elif ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def run(arguments: list[str]) -> int:
    """Run one command; every refusal is its sentence on stderr. Returns the exit status."""
    try:
        status = gridgov.main(arguments, prog_name="gridgov", standalone_mode=False)
    except ConfigError as error:
        return _say(error.sentence(), WRONG_USAGE)
    except DomainError as error:
        return _say(_with_fields(error), FOUND_WRONG)
    except click.UsageError as error:
        return _say(usage_sentence(error), WRONG_USAGE)
    except click.ClickException as error:
        return _say(error.format_message(), FOUND_WRONG)
    except click.Abort:
        return _say("已中断", FOUND_WRONG)
    except OSError as error:
        place = f"{error.filename}：" if error.filename else ""
        return _say(f"{place}{error.strerror or error}", FOUND_WRONG)
    except Exception as error:
        if (sentence := _outage(error)) is None:
            raise
        return _say(sentence, FOUND_WRONG)
    return status if isinstance(status, int) else DONE


def _say(sentence: str, status: int) -> int:
    click.echo(sentence, err=True)
    return status


def _outage(error: Exception) -> str | None:
    # Whoever met a database has loaded this already; the others need not.
    db = sys.modules.get("core.db")
    if db is None or not db.is_outage(error):
        return None
    reason = str(getattr(error, "__context__", None) or error).partition("\n")[0]
    return f"数据库现在不能使用（{reason}）；请检查它是否在运行、地址是否正确，然后再试一次"


def _with_fields(error: DomainError) -> str:
    lines = [f"{name}：{'；'.join(texts)}" for name, texts in error.fields.items()]
    return "\n".join([error.sentence(), *lines])


def _plugin_commands() -> dict[str, Entry]:
    # Imported late: reading the manifests costs more than all of the core's own names.
    from core.cli.plugin_commands import declared

    return {name: Entry(found.target, found.help) for name, found in declared().items()}


def _import_command(name: str, entry: Entry) -> click.Command:
    if name not in COMMANDS:
        from core.cli.plugin_commands import load

        return load(name)
    module, _, attribute = entry.target.partition(":")
    command = getattr(importlib.import_module(module), attribute)
    assert isinstance(command, click.Command), entry.target
    return command
