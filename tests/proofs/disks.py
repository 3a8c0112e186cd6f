"""File systems of our own, to be filled or to lose their power. Only root may mount."""

import fcntl
import os
import shutil
import struct
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# _IOR('X', 125, __u32) of ext4, and its way to go down without writing what is pending.
EXT4_IOC_SHUTDOWN, NO_LOG_FLUSH = 0x8004587D, 2
UNMOUNT_SECONDS = 10.0


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def _unmount(place: Path) -> None:
    deadline = time.monotonic() + UNMOUNT_SECONDS
    while subprocess.run(["umount", place], capture_output=True, check=False).returncode:
        assert time.monotonic() < deadline, f"{place} stays in use"
        time.sleep(0.02)


@dataclass(frozen=True)
class Disk:
    """An ext4 on a loop device whose power can be cut. The drive's own cache is not modelled."""

    image: Path
    place: Path

    def mount(self) -> None:
        """Switch it on; the file system puts itself in order from its journal."""
        _run("mount", "-o", "loop", str(self.image), str(self.place))

    def cut(self) -> None:
        """From now on nothing reaches the disk, and all that had not reached it is gone."""
        handle = os.open(self.place, os.O_RDONLY)
        fcntl.ioctl(handle, EXT4_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        os.close(handle)

    def restore(self) -> None:
        """Power is back; call it when no process is left on it."""
        _unmount(self.place)
        self.mount()


@contextmanager
def powered(megabytes: int = 512) -> Iterator[Disk]:
    """A disk with power, in a folder that PostgreSQL's own user may enter too."""
    folder = Path(tempfile.mkdtemp(prefix="gridgov-disk-"))
    folder.chmod(0o755)
    disk = Disk(folder / "disk.img", folder / "disk")
    disk.place.mkdir()
    with disk.image.open("wb") as image:
        image.truncate(megabytes << 20)
    _run("mkfs.ext4", "-q", "-F", str(disk.image))
    disk.mount()
    try:
        yield disk
    finally:
        _unmount(disk.place)
        shutil.rmtree(folder)


@dataclass(frozen=True)
class Tight:
    """A file system with little room."""

    place: Path

    def fill(self) -> None:
        """Take all the room there is."""
        with (self.place / "fill").open("wb", buffering=0) as file:
            for block in (1 << 16, 1 << 12, 1):
                try:
                    while file.write(b"\0" * block):
                        pass
                except OSError:
                    continue

    def empty(self) -> None:
        """Give the room back."""
        (self.place / "fill").unlink()


@contextmanager
def tight(folder: Path, megabytes: int) -> Iterator[Tight]:
    """A tmpfs of so many megabytes, in `folder`."""
    place = folder / "tight"
    place.mkdir()
    _run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place))
    try:
        yield Tight(place)
    finally:
        _unmount(place)
