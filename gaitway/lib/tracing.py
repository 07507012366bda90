"""Which request this thread of control works for, so that what it writes can name it."""

from __future__ import annotations

from contextvars import ContextVar

request: ContextVar[str] = ContextVar("request", default="")
"""Its id; empty where no request is (a worker, a command)."""
