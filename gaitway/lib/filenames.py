"""The name of a file that somebody sent, as a name and nothing else."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 120  # characters: less than what file systems take, in any script


def clean(name: str) -> str:
    """The last part of a path, without what controls, turns the reading direction or is reserved on some system; its ending
    stays."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(" " if unicodedata.category(each)[0] in "CZ" else each for each in last)
    plain = " ".join(re.sub(r'[<>:"|?*]', "_", shown).split()).strip(". ")
    if re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", plain):
        plain = f"_{plain}"
    if len(plain) > LONGEST:
        stem, dot, ending = plain.rpartition(".")
        ending = dot + ending if stem and len(ending) <= 10 else ""
        plain = plain[: LONGEST - len(ending)].rstrip(". ") + ending
    return plain or "file"
