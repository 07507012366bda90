"""The rows inside a JSON document."""

from __future__ import annotations

import json
from typing import Any

from gaitway.lib.outgoing import Failed


def document(text: bytes, where: str) -> Any:
    """Errors: Failed."""
    try:
        return json.loads(text.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError:
        raise Failed(f"{where} is no JSON: it isn't UTF-8 text.") from None
    except RecursionError:
        raise Failed(f"{where} is nested too deeply.") from None
    except json.JSONDecodeError as error:
        raise Failed(f"{where} is no JSON: {error.msg} (line {error.lineno}, column {error.colno}).") from None
    except ValueError as error:
        raise Failed(f"{where} is no JSON: {error}.") from None


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number in JSON")


def rows(found: Any, path: str, where: str) -> list[dict[str, Any]]:
    """The rows under `path`, such as `data.items`; an empty path is the document itself. Errors: Failed."""
    value = at(found, path, where, "records")
    name = f'"{path}"' if path else "the document"
    if not isinstance(value, list):
        raise Failed(f"{where}: {name} is {_kind(value)}, not an array of rows. Correct the option records.")
    for number, row in enumerate(value, start=1):
        if not isinstance(row, dict):
            raise Failed(f"{where}: row {number} of {name} is {_kind(row)}, not an object with named values.")
    return value


def following(found: Any, path: str, where: str) -> str | None:
    """The address of the next page; None on the last, which may also leave it out. Errors: Failed."""
    value = found
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    if value is None or value == "" or value is False:
        return None
    if not isinstance(value, str):
        raise Failed(f'{where}: "{path}" is {_kind(value)}, not an address. Correct the option next.')
    return value


def at(found: Any, path: str, where: str, option: str) -> Any:
    """The value under a dotted path; a step is a key, or the number of an element. Errors: Failed."""
    value, walked = found, ""
    for step in path.split(".") if path else ():
        here = f'"{walked}"' if walked else "the document"
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            raise Failed(
                f'{where}: "{path}" leads nowhere: {here} is {_kind(value)}, without "{step}". Correct the option {option}.'
            )
        walked = f"{walked}.{step}" if walked else step
    return value


def _kind(value: Any) -> str:
    match value:
        case dict():
            keys = ", ".join(str(key)[:40] for key in list(value)[:10])
            return f"an object with the keys {keys}" if keys else "an empty object"
        case list():
            return f"an array of {len(value):,}"
        case None:
            return "null"
        case bool() | int() | float():
            return "a number" if not isinstance(value, bool) else "true or false"
    return "a text"
