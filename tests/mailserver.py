"""A real mail server on 127.0.0.1: it takes mail, or says what it is told to say."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.test import override_settings

from gaitway.lib import mail


class Post:
    """`says`: by step (RCPT, DATA), what is answered instead of yes. `came`: the mails it took, in order."""

    def __init__(self) -> None:
        self.says: dict[str, str] = {}
        self.came: list[EmailMessage] = []
        self.to: list[str] = []

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if said := self.says.get(f"RCPT {address}") or self.says.get("RCPT"):
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        if self.says.get("DATA") == "cut":
            server.transport.abort()
            return "451 never said"
        if said := self.says.get("DATA"):
            return said
        self.came.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        self.to += envelope.rcpt_tos
        return "250 Message accepted"

    def text(self, number: int = -1) -> str:
        body = self.came[number].get_body(("plain",))
        return body.get_content() if body else ""

    def html(self, number: int = -1) -> str:
        body = self.came[number].get_body(("html",))
        return body.get_content() if body else ""


@contextmanager
def served(post: Post, query: str = "", user: str = "", **options: Any) -> Iterator[Post]:
    """With the settings of GAITWAY_EMAIL_URL as they would be."""
    controller = Controller(post, hostname="127.0.0.1", port=_free(), **options)
    controller.start()
    try:
        with used(f"smtp://{user}127.0.0.1:{controller.port}/{query}"):
            yield post
    finally:
        controller.stop()


@contextmanager
def used(address: str) -> Iterator[None]:
    values = {"DEFAULT_FROM_EMAIL": "Gaitway <gaitway@example.com>", "ADDRESS": "https://gaitway.example.com"}
    with override_settings(**{**values, **mail.settings(address)}):
        yield


@contextmanager
def silent() -> Iterator[int]:
    """A port where somebody listens and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@contextmanager
def breaking() -> Iterator[int]:
    """A port where every connection is broken off at once."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        over = threading.Event()

        def listen() -> None:
            while not over.is_set():
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                connection.close()

        ear = threading.Thread(target=listen, daemon=True)
        ear.start()
        try:
            yield listening.getsockname()[1]
        finally:
            over.set()
            listening.shutdown(socket.SHUT_RDWR)
            ear.join()


def _free() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as found:
        return int(found.getsockname()[1])


@pytest.fixture
def post() -> Iterator[Post]:
    with served(Post()) as server:
        yield server
