"""The door of the cases module: everything that upper modules and plugins may use.

The loop that everything raised ends in (四级事务处理).
"""

__all__: list[str] = []
