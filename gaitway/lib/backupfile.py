"""The file of a backup: a ZIP with a manifest (what it is, how many rows, which hashes) and the data."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import zipfile
import zlib
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

FORMAT = 1
MANIFEST = "manifest.json"
SQLITE, ARCHIVE = "database.sqlite3", "archive.jsonl"  # what the data may be
LONGEST = 2**20  # bytes of a manifest
PIECE = 2**20


class Damaged(ValueError):
    """It isn't a backup, or no longer the one that was written. The text names the part and the hashes."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """`data`: the name of the file with the rows, `bytes` and `sha256` its size and hash. `rows`: by table. `schema`: the
    newest migration. `engine`: what the database was."""

    made_at: str
    version: str
    schema: str
    engine: str
    data: str
    bytes: int
    sha256: str
    rows: dict[str, int]

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.made_at)


def write(target: Path, manifest: Manifest, data: Path) -> None:
    """The whole file or none, for its owner alone. Raises FileExistsError: a backup never takes the place of another."""
    part = target.with_name(f"{target.name}.part")
    text = json.dumps({"gaitway": "backup", "format": FORMAT, **asdict(manifest)}, indent=2, sort_keys=True)
    try:
        with open(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as parts:
                parts.writestr(MANIFEST, text + "\n")
                parts.write(data, manifest.data)
            file.flush()
            os.fsync(file.fileno())
        _put(part, target)
        _settle(target.parent)
    finally:
        part.unlink(missing_ok=True)


def is_one(path: Path) -> bool:
    """Whether it begins like one; else it may be an archive."""
    with path.open("rb") as file:
        return file.read(2) == b"PK"


def read(path: Path) -> Manifest:
    """Raises Damaged."""
    try:
        with zipfile.ZipFile(path) as parts:
            if parts.getinfo(MANIFEST).file_size > LONGEST:
                raise Damaged(f"{MANIFEST} is longer than {LONGEST} bytes.")
            found = json.loads(parts.read(MANIFEST))
    except KeyError:
        raise Damaged(f"there is no {MANIFEST} in it: this is no backup of Gaitway.") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError) as error:
        if isinstance(error, Damaged):
            raise
        raise Damaged(f"it can't be read as a backup: {error}.") from None
    except OSError as error:
        raise _out_of_place(error) from None
    if not isinstance(found, dict) or found.pop("gaitway", None) != "backup":
        raise Damaged(f"{MANIFEST} isn't that of a backup of Gaitway.")
    if (format_ := found.pop("format", None)) != FORMAT:
        raise Damaged(f"{MANIFEST} has format {format_!r}; this Gaitway reads format {FORMAT}.")
    return _manifest(found)


def extract(path: Path, manifest: Manifest, folder: Path) -> Path:
    """The data, in `folder`, when its size and hash are those of the manifest. Raises Damaged."""
    target = folder / manifest.data
    try:
        with zipfile.ZipFile(path) as parts, parts.open(manifest.data) as source, target.open("xb") as file:
            found = _copy(source, file, manifest.bytes)
    except KeyError:
        raise Damaged(f"{manifest.data} isn't in it.") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise Damaged(f"{manifest.data} can't be read: {error}.") from None
    except OSError as error:
        raise _out_of_place(error) from None
    if found != manifest.sha256:
        raise Damaged(f"{manifest.data} has the hash {found[:16]}…, the manifest says {manifest.sha256[:16]}….")
    return target


def _out_of_place(error: OSError) -> Exception:
    """A part that is said to begin before the file does; a disk that fails stays what it is."""
    return Damaged("a part of it lies outside of the file.") if error.errno == errno.EINVAL else error


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy(source: Any, target: BinaryIO, most: int) -> str:
    """Never more than the manifest says: a small file may unfold to a disk full."""
    hashed, written = hashlib.sha256(), 0
    while piece := source.read(PIECE):
        written += len(piece)
        if written > most:
            raise Damaged(f"the data are longer than the {most} bytes of the manifest.")
        hashed.update(piece)
        target.write(piece)
    return hashed.hexdigest()


def _manifest(found: dict[str, Any]) -> Manifest:
    kinds = {"bytes": int, "rows": dict}
    for name in Manifest.__dataclass_fields__:
        if not isinstance(found.get(name), kinds.get(name, str)):
            raise Damaged(f"{MANIFEST}: {name} is missing or isn't what it should be.")
    if found["data"] not in (SQLITE, ARCHIVE):
        raise Damaged(f"{MANIFEST}: the data are {found['data']!r}; this Gaitway reads {SQLITE} and {ARCHIVE}.")
    made = Manifest(**{name: found[name] for name in Manifest.__dataclass_fields__})
    try:
        if made.moment.tzinfo is None:
            raise ValueError
    except ValueError:
        raise Damaged(f"{MANIFEST}: made_at is no moment.") from None
    return made


def _put(part: Path, target: Path) -> None:
    try:
        os.link(part, target)  # refuses where something is already there
    except FileExistsError:
        raise
    except OSError:  # a share that has no second names
        if target.exists():
            raise FileExistsError(17, "there is already a file", str(target)) from None
        part.replace(target)


def _settle(folder: Path) -> None:
    """The name of a new file survives a power loss."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def room(folder: Path) -> int:
    """Free bytes."""
    return shutil.disk_usage(folder).free
