"""Lines of the log: as text or as JSON, each with the request that it belongs to, and none with a secret."""

from __future__ import annotations

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from .redaction import of_the_house, redact

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
request_id: ContextVar[str] = ContextVar("request_id", default="")
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "request"}  # a request isn't a text


class Text(logging.Formatter):
    def __init__(self, key: str = "") -> None:
        super().__init__("%(levelname)s %(name)s%(of)s: %(message)s")
        self._key = key

    def format(self, record: logging.LogRecord) -> str:
        asked = request_id.get()
        record.of = f" [{asked}]" if asked else ""
        return redact(super().format(record), [self._key, *of_the_house()])


class Json(logging.Formatter):
    """One object a line: `at` (UTC), `level`, `logger`, `says`, `request`, `fault` (with its traceback), and what the
    caller gave as `extra`."""

    def __init__(self, key: str = "") -> None:
        super().__init__()
        self._key = key

    def format(self, record: logging.LogRecord) -> str:
        secrets = [self._key, *of_the_house()]
        said: dict[str, Any] = {name: value for name, value in vars(record).items() if name not in _USUAL}
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said |= {"at": at, "level": record.levelname, "logger": record.name, "says": record.getMessage()}
        if asked := request_id.get():
            said["request"] = asked
        if record.exc_info:
            said["fault"] = self.formatException(record.exc_info)
        clean = {
            name: value if isinstance(value, bool | int | float | None) else redact(str(value), secrets)
            for name, value in said.items()
        }
        return json.dumps(clean, sort_keys=True)


def settings(wanted: str, key: str) -> dict[str, Any]:
    """The settings of Python's logging for GAITWAY_LOG: a level, `json`, or both (`json,DEBUG`). `key`: the secret key.
    Raises ValueError."""
    words = [word.strip() for word in wanted.split(",")]
    levels = [word.upper() for word in words if word.lower() != "json"]
    if len(levels) > 1 or not set(levels) <= set(LEVELS):
        raise ValueError(f"GAITWAY_LOG is one of {', '.join(LEVELS)}, or json, or both: not {wanted!r}.")
    as_json = len(levels) < len(words)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "gaitway.lib.logs.Json" if as_json else "gaitway.lib.logs.Text", "key": key}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "gaitway": {"level": levels[0] if levels else "INFO"},
            "gaitway.requests": {"level": "INFO" if as_json else "WARNING"},  # a line a request is for machines
            "django.request": {"level": "ERROR"},  # what isn't there is no fault of ours
            "django.security": {"level": "ERROR"},
        },
    }
