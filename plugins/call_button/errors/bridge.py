"""What the bridge refuses to start with."""

from core.errors import DomainError
from core.text import N_


class BrokerAddressWrong(DomainError):
    """GRIDGOV_MQTT is no address of a broker."""

    code, status = "call_button_broker_address", 500
    text = N_("GRIDGOV_MQTT 应写作 mqtts://用户:密码@主机:端口，或 mqtt://主机:端口；请改正后重新启动。")


class BrokerFileUnreadable(DomainError):
    """The file of the password or of the CA cannot be read."""

    code, status = "call_button_broker_file", 500
    text = N_(
        "读不出消息服务器的文件 %(file)s（%(reason)s）；请检查 [plugin.call_button.broker] 里的路径和权限。"
    )


class BrokerFolderUnusable(DomainError):
    """The folder for the broker's files cannot be written."""

    code, status = "call_button_broker_folder", 409
    text = N_("无法写入 %(file)s（%(reason)s）；请换一个文件夹：--folder 文件夹。")
