"""The process that talks to a database: `python -m gaitway.connectors.databases.child`, started by `parent`.

One request as a JSON line on stdin, which stays open: when it ends, nobody wants the answers and the query is stopped
at the server. JSON lines on stdout: `step` before everything that could hang, then an answer a query; `fault` is for
all that are left. A child whose query was stopped ends; the parent starts another for what is left.
"""

from __future__ import annotations

import importlib
import json
import math
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from ..base import Limits
from . import cells
from .address import BadAddress, parse
from .engine import SHOWN, Answer, Denied, Engine, Fault
from .wall import Refusal, check

try:
    import resource
except ImportError:  # Windows: there the parent's deadline and the server's own limits hold
    resource = None  # type: ignore[assignment]  # a system without limits

OBEY = 1.0  # seconds for a driver to come back after a cancel; less than the parent's patience
AGAIN = 0.2  # seconds between two cancels


class TooMuch(Exception):
    """The answer is larger than an answer may be."""


def main() -> None:
    """Answers the request on stdin."""
    request = json.loads(sys.stdin.readline())
    limits = Limits(**request["limits"])
    engine = _engine(request, limits)
    bound(engine, limits, steps=len(request["queries"]) + 2)
    threading.Thread(target=_wait_for_leave, args=(engine,), daemon=True).start()
    check("select 1", request["dialect"])  # loads the parser, which is not to cost the first query its time
    try:
        engine.start()
    except Exception as error:  # any driver's error becomes words
        _fail(_explain(engine, error))
    if request["probe"]:
        _probe(engine, limits)
    else:
        _open(engine, limits)
        for index, sql in enumerate(request["queries"]):
            _query(engine, index, sql, request["dialect"], limits)
    _end()


def bound(engine: Engine, limits: Limits, steps: int) -> None:
    """Asks the operating system to hold this process for good: no file written (where the driver can do without), no
    endless memory or work. `steps`: how many things it will do that have `limits.seconds` each."""
    if resource is None:
        return
    bounds = {"RLIMIT_CORE": 0}
    if not engine.writes:
        bounds["RLIMIT_FSIZE"] = 0
    if engine.room_mb:
        bounds["RLIMIT_CPU"] = math.ceil(60 + 2 * steps * (limits.seconds + 2))
        bounds["RLIMIT_AS"] = (limits.memory_mb + engine.room_mb) * 2**20
    for name, most in bounds.items():
        kind = getattr(resource, name)
        _, hard = resource.getrlimit(kind)
        lowest = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (lowest, lowest))


_speaking = threading.Lock()


def say(**line: Any) -> None:
    text = json.dumps(line)
    with _speaking:
        print(text, flush=True)


def _end() -> None:
    """At once: no driver's thread and no JVM is waited for."""
    _speaking.acquire()  # half a line is never left behind
    os._exit(0)


def _fail(fault: Fault) -> None:
    say(fault=fault.says, again=fault.again)
    _end()


def _engine(request: dict[str, Any], limits: Limits) -> Engine:
    module = importlib.import_module(f".{request['engine']}", __package__)
    kind: type[Engine] = module.ENGINE
    try:
        return kind(parse(request["address"]), request["options"], limits)
    except ModuleNotFoundError as error:
        if not error.name or error.name.partition(".")[0] != kind.driver:
            raise
        _fail(Fault(f"The driver isn't installed: pip install 'gaitway[{kind.extra}]'."))
    except (BadAddress, Denied) as error:
        _fail(Fault(str(error)))
    raise AssertionError  # _fail ends the process


def _wait_for_leave(engine: Engine) -> None:
    while os.read(0, 4096):
        pass
    with suppress(Exception):
        engine.cancel()
    os._exit(0)


def _late(limits: Limits) -> Fault:
    return Fault(f"It took longer than {limits.seconds:g} seconds. Read fewer rows, or raise the limit.", again=True)


def _silent(limits: Limits) -> Fault:
    return Fault(
        f"The server did not answer within {limits.seconds:g} seconds. Is it up, and are host and port right?", True
    )


@contextmanager
def _deadline(engine: Engine, limits: Limits, late: Callable[[], None]) -> Iterator[threading.Event]:
    """Stops at the server what still runs after the seconds of `limits`. A driver that doesn't come back then is not
    waited for: `late` is called, and the process ends. Gives the event that tells that time was over."""
    done, over = threading.Event(), threading.Event()

    def watch() -> None:
        if done.wait(limits.seconds):
            return
        over.set()
        until = time.monotonic() + OBEY
        while (left := until - time.monotonic()) > 0:
            with suppress(Exception):
                engine.cancel()  # and again: an engine may have been between two steps of its plan
            if done.wait(min(left, AGAIN)):
                return
        late()
        _end()

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield over
    finally:
        done.set()


def _explain(engine: Engine, error: Exception) -> Fault:
    match error:
        case Refusal() | Denied() | TooMuch() | BadAddress():
            return Fault(str(error))
        case MemoryError():
            return Fault(f"It needs more than {engine.limits.memory_mb:,} MB of memory. Read fewer rows.")
        case UnicodeError():
            return Fault("The SQL holds a character that is not text. Type it again.")
        case RecursionError():
            return Fault("The SQL is nested too deeply. Split it with WITH.")
    fault = engine.explain(error)
    return Fault(fault.says.strip()[:1000], fault.again)


def _open(engine: Engine, limits: Limits) -> None:
    """The first connection, on which the rights are looked at; what is wrong with it is wrong for all."""
    say(step="connect")
    with _deadline(engine, limits, lambda: say(fault=_silent(limits).says, again=True)) as over:
        try:
            engine.open()
            wrong = [sign.says for sign in engine.rights() if not sign.fine]
        except Exception as error:  # any driver's error becomes words
            _fail(_silent(limits) if over.is_set() else _explain(engine, error))
    engine.close()
    if wrong:
        _fail(Fault(" ".join(wrong)))


def _query(engine: Engine, index: int, sql: str, dialect: str, limits: Limits) -> None:
    say(step="run", subject=index)
    began = time.monotonic()

    def fail(fault: Fault) -> None:
        say(index=index, message=fault.says, again=fault.again, seconds=round(time.monotonic() - began, 6))

    with _deadline(engine, limits, lambda: fail(_late(limits))) as over:
        try:
            sql.encode()
            check(sql, dialect)
            engine.open()
            answer = engine.ask(sql)
            rows = _capped(answer, limits)
            if over.is_set():  # it ended at the very moment, or was cut short
                raise TimeoutError
            line = {"columns": list(answer.columns), "types": list(answer.types), "rows": rows}
            say(index=index, seconds=round(time.monotonic() - began, 6), **line)
        except Exception as error:  # any driver's error becomes words
            fail(_late(limits) if over.is_set() else _explain(engine, error))
            if isinstance(error, TooMuch):
                with suppress(Exception):
                    engine.cancel()
        finally:
            engine.close()
    if over.is_set():
        _end()


def _capped(answer: Answer, limits: Limits) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    size = 0
    for batch in answer.batches:
        fresh = [cells.row(values) for values in batch]
        rows += fresh
        if len(rows) > limits.rows:
            raise TooMuch(f"The query returned more than {limits.rows:,} rows; a KPI has one row a period.")
        size += len(json.dumps(fresh))
        if size > limits.bytes:
            raise TooMuch(f"The query returned more than {limits.bytes:,} bytes; a KPI has one row a period.")
    return rows


def _probe(engine: Engine, limits: Limits) -> None:
    say(step="connect")
    with _deadline(engine, limits, lambda: say(fault=_silent(limits).says, again=True)) as over:
        try:
            engine.open()
            say(sign="reached", fine=True, says=engine.address.host or "here", last=False)
            for sign in (*engine.about(), *engine.rights()):
                say(sign=sign.name, fine=sign.fine, says=sign.says, last=False)
            tables = engine.tables()
        except Exception as error:  # any driver's error becomes words
            _fail(_silent(limits) if over.is_set() else _explain(engine, error))
    names = ", ".join(tables[:SHOWN]) + (", …" if len(tables) > SHOWN else "")
    says = names or "none: may this role SELECT from the tables, and is it the right database?"
    say(sign="tables", fine=bool(tables), says=says, last=True)


if __name__ == "__main__":
    main()
