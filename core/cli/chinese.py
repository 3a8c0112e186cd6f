"""What click says in English, in Chinese: help headings and mistakes in usage."""

from collections.abc import Iterable

import click

_WORDS = {
    "Options": "选项",
    "Commands": "命令",
    "Arguments": "参数",
    "Show this message and exit.": "显示本说明。",
}


class ChineseFormatter(click.HelpFormatter):
    """Help pages with Chinese headings."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The first line."""
        super().write_usage(prog, args, "用法：" if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        """A heading, without the English colon."""
        self.write(f"{'':>{self.current_indent}}{_WORDS.get(heading, heading)}：\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Options and commands with what they do."""
        super().write_dl([(name, _WORDS.get(text, text)) for name, text in rows], col_max, col_spacing)


def usage_sentence(error: click.ClickException) -> str:
    """What was wrong in the way a command was called, and where to read on."""
    context = getattr(error, "ctx", None)
    hint = f"\n用法见：{context.command_path} --help" if context is not None else ""
    return f"{_mistake(error)}{hint}"


def _mistake(error: click.ClickException) -> str:
    if isinstance(error, click.NoSuchOption):
        near = f"，是否指 {'、'.join(error.possibilities)}？" if error.possibilities else ""
        return f"没有选项 {error.option_name}{near}"
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return f"缺少 {_name(error.param)}：{getattr(error.param, 'help', None) or '必须给出'}"
    if isinstance(error, click.BadParameter) and error.param is not None:
        return f"{_name(error.param)} 不对：{_value_mistake(error)}"
    return error.format_message()


def _value_mistake(error: click.BadParameter) -> str:
    kind = error.param.type if error.param is not None else None
    if isinstance(kind, click.Choice):
        return f"只能是 {'、'.join(str(choice) for choice in kind.choices)}"
    if isinstance(kind, click.IntRange):
        return f"应为 {kind.min} 到 {kind.max} 的整数"
    if isinstance(kind, click.types.IntParamType):
        return "应为整数"
    if isinstance(kind, click.Path):
        return "找不到、读不出，或类型不对"
    return error.format_message()


def _name(parameter: click.Parameter) -> str:
    if isinstance(parameter, click.Option):
        return max(parameter.opts, key=len)
    return parameter.human_readable_name
