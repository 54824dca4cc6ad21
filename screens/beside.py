"""Reading and writing beside the event loop: a screen never waits for the store, and says why when it fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from textual.screen import Screen
from textual.worker import Worker, WorkerState

from app.core.errors import WatchfloorError
from app.core.i18n import _
from app.core.text import inert

Answer = TypeVar("Answer")


class Beside:
    """Mixed into a screen: calls run on a thread and their answers come back on the event loop."""

    def __init__(self) -> None:
        super().__init__()
        self._under_way: dict[str, tuple[Callable[[Any], None], Callable[[str], None]]] = {}

    def beside(
        self, name: str, call: Callable[[], Answer], done: Callable[[Answer], None], failed: Callable[[str], None]
    ) -> bool:
        """Have something called on a thread.

        Args:
            name: What it is; while one of that name is under way no other is begun, so that a store that does not
                answer piles up no waiting threads.
            call: What is called.
            done: Gets the answer.
            failed: Gets a sentence that says why there is none.

        Returns:
            Whether it was begun.
        """
        if name in self._under_way:
            return False
        self._under_way[name] = (done, failed)
        cast("Screen[object]", self).run_worker(call, name=name, thread=True, exit_on_error=False)
        return True

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Hand on the answer, or say why there is none."""
        name = event.worker.name
        if name not in self._under_way:
            return
        if event.state is WorkerState.SUCCESS:
            done, _failed = self._under_way.pop(name)
            done(event.worker.result)
        elif event.state is WorkerState.ERROR:
            _done, failed = self._under_way.pop(name)
            failed(why(event.worker.error))
        elif event.state is WorkerState.CANCELLED:
            self._under_way.pop(name)


def why(error: BaseException | None) -> str:
    """A sentence about what went wrong; what is no person's business goes to the log."""
    from screens.resilience import LOG, error_text

    if isinstance(error, WatchfloorError):
        return inert(str(error))
    if error is not None:
        LOG.error("%s", error_text(error))
    return _("That could not be read; the reason is in the log.")
