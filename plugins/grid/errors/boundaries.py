"""What can be wrong with a boundary; `place` is where, as longitude and latitude."""

from core.errors import DomainError
from core.text import N_


class BoundaryUnreadable(DomainError):
    """Not GeoJSON, or places that are none."""

    code, status = "boundary_unreadable", 422
    text = N_("这不是可用的边界文件：应为 GeoJSON，经纬度写作数字，每个面带网格代码。")


class BoundaryNotPolygon(DomainError):
    """Something else than one ring."""

    code, status = "boundary_not_polygon", 422
    text = N_("边界应为一个完整的面（Polygon），不能有洞，也不能是几块。")


class BoundaryTooFewPoints(DomainError):
    """Fewer than three points, or all of them on one line."""

    code, status = "boundary_too_few_points", 422
    text = N_("边界至少要有三个不在一条线上的点（%(place)s）。")


class BoundaryTooMany(DomainError):
    """More points than anybody needs."""

    code, status, text = "boundary_too_many_points", 422, N_("边界的点太多，最多 %(most)d 个。")


class BoundaryTooLarge(DomainError):
    """Larger than a county."""

    code, status = "boundary_too_large", 422
    text = N_("边界的面积太大，请检查经纬度有没有写反（%(place)s）。")


class BoundaryCrossesItself(DomainError):
    """The line runs over itself."""

    code, status, text = "boundary_crosses_itself", 422, N_("边界线自己交叉了（%(place)s）。")


class BoundaryOutside(DomainError):
    """The grid reaches over the outline of its village."""

    code, status, text = "boundary_outside_village", 422, N_("边界超出了本村范围（%(place)s）。")


class BoundaryOverlaps(DomainError):
    """The grid reaches into a sister."""

    code, status, text = "boundary_overlaps", 422, N_("边界与%(name)s重叠（%(place)s）。")


class CutMisses(DomainError):
    """The line does not cut the grid into two."""

    code, status = "cut_misses", 422
    text = N_("分割线应从网格外穿过网格一次：进一次、出一次。")
