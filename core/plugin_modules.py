"""The imported modules of a plugin, and how to be rid of them."""

import sys
from pathlib import Path

from core.manifest import Manifest


def forget_modules(manifest: Manifest) -> None:
    """Take a plugin's modules out of the program, so that the next import reads its files anew."""
    # Only what lies in the plugin's folder: a plugin may bear the name of a package that others need.
    package = manifest.module.rpartition(".")[0] or manifest.module
    for name, module in list(sys.modules.items()):
        inside = name == package or name.startswith(package + ".")
        file = getattr(module, "__file__", None)
        if inside and (file is None or Path(file).is_relative_to(manifest.folder)):
            del sys.modules[name]
