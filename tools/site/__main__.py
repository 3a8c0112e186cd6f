"""`make site`: the documentation as a web site in out/site, to be opened from the disk or any web server."""

import sys
from pathlib import Path

from tools.site.build import build_site
from tools.site.pages import ROOT

SITE = ROOT / "out" / "site"


def main() -> None:
    """Build into the folder given, else out/site."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SITE
    count = build_site(folder)
    print(f"{folder}: {count} 页；用浏览器打开 {folder / 'index.html'}")


if __name__ == "__main__":
    main()
