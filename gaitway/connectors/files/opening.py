"""The files of sources, opened to read: what is no file is refused, and what changes under a reader is noticed."""

from __future__ import annotations

import os
import stat
from pathlib import Path


class Unreadable(Exception):
    """The file of a source can't be read. The text says why, and what to do."""


class Changed(Exception):
    """A file was written or replaced while it was read."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} changed while it was read. It is asked again later.")


class Opened:
    """A file that is open. `path` is as it was declared, `real` without links."""

    def __init__(self, path: Path) -> None:
        """Raises Unreadable."""
        self.path = path
        # Not to wait at a FIFO for somebody who writes, nor to make a terminal ours.
        flags = (getattr(os, name, 0) for name in ("O_NONBLOCK", "O_BINARY", "O_NOCTTY", "O_CLOEXEC"))
        try:
            if not path.is_file():
                what = "is not a file" if path.exists() else "does not exist"
                raise Unreadable(f"{path} {what}. Put the file there, or correct the path.")
            self.real = path.resolve(strict=True)
            self.descriptor = os.open(path, os.O_RDONLY | sum(flags))
        except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle
            why = getattr(error, "strerror", None) or error
            raise Unreadable(f"{path} can't be opened ({why}). Correct the path, or let Gaitway read it.") from None
        self._then = os.fstat(self.descriptor)
        if not stat.S_ISREG(self._then.st_mode):
            raise Unreadable(f"{path} is not a file. Put the file there, or correct the path.")
        self.size = self._then.st_size
        if not self.size:
            raise Unreadable(f"{path} is empty. Export it again.")

    @property
    def again(self) -> str:
        """A path to the same open file, whatever stands at its path by now; where the system has none, its path."""
        descriptor = f"/proc/self/fd/{self.descriptor}"
        return descriptor if os.path.exists(descriptor) else str(self.real)

    def unchanged(self) -> None:
        """Raises Changed where its content isn't that which was opened, or another file took its path."""
        try:
            now, there = os.fstat(self.descriptor), self.real.stat()
        except OSError:
            raise Changed(self.path) from None
        if _identity(now) != _identity(self._then) or _identity(there) != _identity(self._then):
            raise Changed(self.path)


def _identity(status: os.stat_result) -> tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
