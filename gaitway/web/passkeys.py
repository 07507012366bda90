"""allauth's forms of passkeys, for browsers that send anything at all: what can't be read is a wrong passkey, no failure."""

from __future__ import annotations

import struct
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms as theirs
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django import forms

UNREADABLE = (
    ArithmeticError, AttributeError, InvalidSignature, LookupError, NotImplementedError, RecursionError, TypeError,
    UnsupportedAlgorithm, ValueError, struct.error,
)  # fmt: skip


class Credential(forms.JSONField):
    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except RecursionError:  # brackets without end
            raise get_adapter().validation_error("incorrect_code") from None


class Read:
    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]  # allauth's form
        except UNREADABLE:
            raise get_adapter().validation_error("incorrect_code") from None


class AuthenticateForm(Read, theirs.AuthenticateWebAuthnForm):
    credential = Credential()


class LoginForm(Read, theirs.LoginWebAuthnForm):
    credential = Credential()


class ReauthenticateForm(Read, theirs.ReauthenticateWebAuthnForm):
    credential = Credential()


class AddForm(theirs.AddWebAuthnForm):
    credential = Credential()

    def clean(self) -> dict[str, Any]:
        try:
            said: dict[str, Any] = super().clean()
        except UNREADABLE:
            raise get_adapter().validation_error("incorrect_code") from None
        return said
