"""Why a simulated key is not pressed."""

from core.errors import DomainError
from core.text import N_


class SimulatorClosed(DomainError):
    """Pressing a real household's call in jest would cost somebody a way."""

    code, status = "simulator_closed", 403
    text = N_("模拟器只给登记设备的人使用；要开放给所有人演示，请在县区配置中设置 simulator = true。")
