"""Where every problem ends: one line and an exit code, and no traceback for a person."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from app.core.errors import WatchfloorError


class Commands(click.Group):
    """Turns every foreseen problem into one line and an exit code, and every other one into a line and a log entry."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        try:
            return super().make_context(*args, **extra)
        except click.UsageError as error:
            raise _in_one_line(error) from None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            # Here, where a reader that has gone is understood; at the interpreter's end it would be told as a fault.
            sys.stdout.flush()
            return result
        except WatchfloorError as problem:
            click.echo(f"watchfloor: {problem}", err=True)
            ctx.exit(problem.exit_code)
        except click.UsageError as error:
            raise _in_one_line(error) from None
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            # The reader has seen enough (| head); what is left in the buffer is for nobody.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        except Exception as error:  # noqa: BLE001 - no traceback reaches a person
            _log_failure(error)
            ctx.exit(1)


class BadUse(click.ClickException):
    """A command line that cannot be read, in one line."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(f"watchfloor: {self.message}", file=file, err=True)


def _in_one_line(error: click.UsageError) -> click.ClickException:
    """Click's own words without its two lines of usage, and the command that has more to say."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error
    more = "" if error.ctx is None else f" ({error.ctx.command_path} --help)"
    return BadUse(" ".join(error.format_message().split()) + more)


def _log_failure(error: Exception) -> None:
    import logging

    from app.core.i18n import _
    from app.core.places import log_file
    from screens.resilience import error_text, open_log

    open_log(log_file())
    logging.getLogger("watchfloor").error("%s", error_text(error))
    click.echo(
        _("watchfloor: this should not have happened ({error}); {file} says where.").format(
            error=type(error).__name__, file=log_file()
        ),
        err=True,
    )
