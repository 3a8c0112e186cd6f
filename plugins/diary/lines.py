"""Lines of service (条线): who is stationed for power, water, medical insurance; whose diary it is."""

from core.county import plugin_settings, service_lines


def lines() -> dict[str, str]:
    """Code -> title: what core and plugins register, and the county's own (or its words for theirs)."""
    own: dict[str, str] = plugin_settings("diary")["lines"]
    return service_lines() | own
