"""Where this machine keeps a font with Chinese characters, for sheets that are drawn as PDF."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fpdf import FPDF

# File and, in a collection, the number of the simplified face; on the systems that counties run.
FONTS = (
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/opentype/source-han-sans/SourceHanSansCN-Regular.otf", 0),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0),
    ("/usr/share/fonts/wqy-microhei/wqy-microhei.ttc", 0),
)


def find_font() -> tuple[str, int] | None:
    """A CJK font of this machine (file, face), or None."""
    return next((font for font in FONTS if Path(font[0]).is_file()), None)


def finished(sheet: "FPDF") -> bytes:
    """The bytes of a sheet. Closes its fonts, whose files would stay open until garbage is collected."""
    from fpdf.fonts import TTFFont  # late: as late as what draws

    try:
        return bytes(sheet.output())
    finally:
        for font in sheet.fonts.values():
            if isinstance(font, TTFFont):
                font.close()
