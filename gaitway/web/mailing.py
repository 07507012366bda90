"""Mails about signing in: sent beside the answer, so that how long an answer takes doesn't say whom Gaitway knows."""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor

from django.conf import settings
from django.core.mail import EmailMessage

log = logging.getLogger(__name__)
_post = ThreadPoolExecutor(1, "mail")


def send(to: str, subject: str, *paragraphs: str) -> Future[None] | None:
    """Sends plain text, where mail is on. A failure is logged without the text, which may hold a link."""
    if not settings.EMAIL_ON:
        return None
    message = EmailMessage(" ".join(subject.split()), "\n\n".join(paragraphs) + "\n", to=[to])
    return _post.submit(_send, message)


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except OSError as error:  # all that smtplib and the network raise
        log.warning("A mail to %s was not sent: %s", message.to[0], type(error).__name__)
