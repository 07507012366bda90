"""Where an installation keeps its data, and its secret key."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import platformdirs

SHORTEST_KEY = 32
FEWEST = 10  # different characters of a key that was drawn
PLACEHOLDERS = ("change", "replace", "example", "insecure", "your-", "your_", "secret-key", "placeholder")


def folder() -> Path:
    """GAITWAY_HOME, or the user's data directory. Made on first use, for its owner alone."""
    path = Path(os.environ.get("GAITWAY_HOME") or platformdirs.user_data_dir("gaitway")).expanduser().absolute()
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def secret_key() -> str:
    """GAITWAY_SECRET_KEY, or one drawn at the first start and kept in the home. A short key refuses to boot."""
    key = os.environ.get("GAITWAY_SECRET_KEY")
    if key is None:
        path = folder() / "secret-key"
        try:
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
        key = path.read_text().strip()
    if weak := weakness(key):
        raise SystemExit(
            f"The secret key {weak}. Set GAITWAY_SECRET_KEY to 48 random characters, "
            "or remove it and the file secret-key in the home to have one drawn."
        )
    return key


def weakness(key: str) -> str:
    """Why somebody could guess it, as the end of a sentence; nothing for a good one."""
    if len(key) < SHORTEST_KEY:
        return f"has {len(key)} characters; it needs {SHORTEST_KEY} or more"
    if len(set(key)) < FEWEST:
        return f"has {len(set(key))} different characters, so that it can be guessed"
    if any(word in key.lower() for word in PLACEHOLDERS):
        return "is one from an example, which everybody knows"
    return ""
