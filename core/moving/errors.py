"""Why a county was not moved. It goes on living where it was."""

from core.errors import DomainError
from core.text import N_


class MovedAlready(DomainError):
    """The county lives in PostgreSQL."""

    code, text = "moved_already", N_("这个县区已经使用 PostgreSQL，不需要迁移。")


class NotPostgresql(DomainError):
    """The address is not one of PostgreSQL."""

    code, text = "not_postgresql", N_("请用 --to postgresql://用户:密码@主机:端口/数据库 指明迁移到哪里。")


class SourceOutdated(DomainError):
    """Its tables are those of an earlier version."""

    code = "source_outdated"
    text = N_("数据库升级尚未执行（%(names)s）；请先启动一次服务让它升级，停止后再迁移。")


class TableUnknown(DomainError):
    """A table belongs to nothing that is installed here, so nobody knows its shape."""

    code = "table_unknown"
    text = N_("表 %(table)s 不属于任何已安装的插件；请先安装那个插件，或去掉它的数据。")


class RowUnmovable(DomainError):
    """PostgreSQL cannot hold a value of this row."""

    code = "row_unmovable"
    text = N_("表 %(table)s 第 %(row)s 行的 %(column)s 列含有 PostgreSQL 不能保存的字符；请先改好这一行。")


class MoveRefused(DomainError):
    """PostgreSQL refused a row, or gave up."""

    code = "move_refused"
    text = N_("PostgreSQL 没有收下表 %(table)s（%(reason)s）；县区仍在原来的数据库，请清空新数据库后再试。")


class MoveDiffers(DomainError):
    """What arrived is not what was sent."""

    code = "move_differs"
    text = N_("迁移后的数据与原来不符（%(reason)s）；县区仍在原来的数据库，请清空新数据库后再试。")
