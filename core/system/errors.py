"""What operations refuse."""

from core.errors import DomainError
from core.text import N_


class NotReady(DomainError):
    """Something grave was found; `fields` says where."""

    code, status, text = "not_ready", 503, N_("系统暂时不能提供服务，请看各项检查。")


class PluginNotRunning(DomainError):
    """Only a plugin that runs can say whether a setting fits."""

    code, status = "plugin_not_running", 409
    text = N_("插件没有运行，只能改回配置文件里的值；请先启用或重新加载它。")


class SettingUnknown(DomainError):
    """What is put back is no setting of the plugin, nor was it ever set by page."""

    code, status = "plugin_setting_unknown", 404
    text = N_("插件没有名为 %(key)s 的设置项；请检查拼写。")
