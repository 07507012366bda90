"""How a command ends: 0 fine, 1 the answer is no, 2 wrong input. Errors go to standard error, in one line each."""

from __future__ import annotations

import sys

import typer


class WrongInput(Exception):
    """What was asked for can't be understood; the message names the place and the fix."""


class AnswerIsNo(Exception):
    """Understood, and refused."""


def guarded(app: typer.Typer, arguments: list[str]) -> int:
    try:
        app(arguments, standalone_mode=True)
    except WrongInput as error:
        return _say(error, 2)
    except AnswerIsNo as error:
        return _say(error, 1)
    except KeyboardInterrupt:
        return _say("interrupted; what was finished is kept", 130)
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception as error:
        from gaitway.actions import Refused
        from gaitway.lib.strategyfile import StrategyFileError

        if isinstance(error, StrategyFileError):
            return _say(error, 2)
        if isinstance(error, Refused):
            return _say(error, 1)
        raise
    return 0


def _say(error: object, code: int) -> int:
    sys.stdout.flush()
    print(error, file=sys.stderr)
    return code
