"""Mail, through the server of GAITWAY_EMAIL_URL."""

from __future__ import annotations

import smtplib
from contextlib import suppress
from dataclasses import dataclass, field

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from gaitway.models import Person

from .base import Undelivered

SAID = 200  # characters of what a server says


@dataclass(frozen=True, slots=True)
class Mail:
    """`unsubscribe`: the address that ends mails of this kind, by a POST of the mail program itself (RFC 8058)."""

    subject: str
    text: str
    html: str
    unsubscribe: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def send(person: Person, mail: Mail, key: str) -> None:
    """Sent when the server took it on. `key` makes the Message-ID, so that a mail program shows one that came twice once.
    Raises Undelivered."""
    headers = {
        "Message-ID": f"<{key.replace(':', '.')}@{_domain()}>",
        "Auto-Submitted": "auto-generated",
        **mail.headers,
    }
    if mail.unsubscribe:
        headers |= {
            "List-Unsubscribe": f"<{mail.unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    subject = " ".join(mail.subject.split())
    connection = get_connection()
    made = EmailMultiAlternatives(subject, mail.text, to=[person.email], headers=headers, connection=connection)
    made.attach_alternative(mail.html, "text/html")
    try:
        if not made.send():
            raise Undelivered(f"The mail server took no mail to {person.email}.", again=True)
    except (smtplib.SMTPException, OSError) as error:
        raise _fault(error) from None
    finally:
        with suppress(smtplib.SMTPException, OSError):
            connection.close()  # what the server says to a farewell changes nothing


def _fault(error: Exception) -> Undelivered:
    server = f"The mail server {settings.EMAIL_HOST}"
    match error:
        case smtplib.SMTPRecipientsRefused():
            address, (code, why) = next(iter(error.recipients.items()))
            return Undelivered(f"{server} takes no mail to {address}: {_said(code, why)}.", again=code < 500)
        case smtplib.SMTPAuthenticationError():
            fix = "Correct the name and the password in GAITWAY_EMAIL_URL"
            return Undelivered(f"{server} doesn't let us in ({error.smtp_code}). {fix}.", again=True, whole=True)
        case smtplib.SMTPNotSupportedError():
            fix = "It offers no STARTTLS, or no way to sign in: use smtps://, or leave ?starttls=1 out of GAITWAY_EMAIL_URL"
            return Undelivered(f"{server} can't do what is asked. {fix}.", again=True, whole=True)
        case smtplib.SMTPSenderRefused():
            said = _said(error.smtp_code, error.smtp_error)
            fix = f"takes no mail from {settings.DEFAULT_FROM_EMAIL}: {said}. Correct GAITWAY_EMAIL_FROM"
            return Undelivered(f"{server} {fix}.", again=True, whole=True)
        case smtplib.SMTPResponseException():
            said, code = _said(error.smtp_code, error.smtp_error), error.smtp_code
            return Undelivered(f"{server} refuses it: {said}.", again=code < 500, whole=code == 421)
        case smtplib.SMTPServerDisconnected() if "timed out" not in str(error):
            return Undelivered(f"{server} broke the connection off.", again=True, whole=True)
        case TimeoutError() | smtplib.SMTPServerDisconnected():
            return Undelivered(f"{server} is too slow.", again=True, whole=True)
    cause = getattr(error, "verify_message", "") or getattr(error, "strerror", "") or type(error).__name__
    return Undelivered(f"{server} can't be reached: {cause}. Is GAITWAY_EMAIL_URL right?", again=True, whole=True)


def _said(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())[:SAID]}".strip()


def _domain() -> str:
    return str(settings.DEFAULT_FROM_EMAIL).rpartition("@")[2].strip(" >") or "localhost"
