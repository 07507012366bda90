"""What a token must be allowed to do for an operation. Who signed in by the pages may do whatever they may do there."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from gaitway.models import Token

from .problems import Problem


class Bearer(HttpBearer):
    """The door has found out who asks; this asks whether the token reaches so far."""

    def __init__(self, scope: Token.Scope) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Any:
        token: Token | None = getattr(request, "token", None)
        if token is not None and not {self.scope, Token.Scope.ACT} & set(token.scopes):
            raise Problem(403, f"This token may {', '.join(token.scopes)}; this needs the scope {self.scope}.")
        return request.user

    def authenticate(self, request: HttpRequest, _token: str) -> Any:
        return request.user


READ, RECORD, ACT = Bearer(Token.Scope.READ), Bearer(Token.Scope.RECORD), Bearer(Token.Scope.ACT)
