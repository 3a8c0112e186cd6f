"""What can go wrong with tables that people send in."""

from core.errors import Busy, DomainError
from core.text import N_


class SheetRefused(DomainError):
    """A file that is not looked into any further. Subclasses say why."""

    code, status, text = "sheet_refused", 422, N_("这个文件不能导入。")


class SheetTooLarge(SheetRefused):
    """More bytes than the limit, packed or unpacked (a zip bomb unpacks to far more than it weighs)."""

    code, status = "sheet_too_large", 413
    text = N_("文件太大：解开后超过 %(megabytes)d MB。请分成几个文件导入。")


class SheetTooLong(SheetRefused):
    """More rows than the limit."""

    code, text = "sheet_too_long", N_("表格超过 %(rows)d 行。请分成几个文件导入。")


class SheetTooWide(SheetRefused):
    """Cells beyond column Z or the last row allowed: one such cell would make the reader fill the gap."""

    code = "sheet_too_wide"
    text = N_(
        "表格在 %(row_limit)d 行或 Z 列以外还有内容，或不是由 Excel、WPS 保存的。"
        "请删去多余的行和列，另存为 .xlsx 后重试。"
    )


class SheetTooManyColumns(SheetTooWide):
    """More columns than any table here has; each of them would cost a look and perhaps a mark."""

    text = N_("表格超过 %(columns)d 列。请只保留要导入的列后重试。")


class SheetBusy(Busy):
    """Another table is being read. One at a time, so that pages go on being served meanwhile."""

    text = N_("正在读取另一张表格，这张还没有读。请稍后再试。")


class SheetOldFormat(SheetRefused):
    """An .xls file or one locked with a password."""

    code, text = (
        "sheet_old_format",
        N_("这是旧版 .xls 文件，或加了密码。请在 Excel 或 WPS 中另存为不加密的 .xlsx。"),
    )


class SheetUnreadable(SheetRefused):
    """Neither a CSV text nor a sound XLSX workbook."""

    code, text = "sheet_unreadable", N_("无法读出这个文件。请用 Excel 或 WPS 另存为 .xlsx 或 CSV 后重试。")


class SheetEmpty(SheetRefused):
    """No file, or a file without any row."""

    code, text = "sheet_empty", N_("没有选择文件，或文件里没有内容。")


class ImportRefused(DomainError):
    """The table holds mistakes; nothing was imported. `fields`: "row.column" -> sentences."""

    code, status = "import_refused", 422
    text = N_("表格有 %(mistakes)d 处错误，没有导入任何一行。请按提示修改后重新上传。")


class UploadGone(DomainError):
    """The checked file is no longer kept: too old, already imported, or another account's."""

    code, status = "upload_gone", 404
    text = N_("检查过的文件已过期，请重新上传。")
