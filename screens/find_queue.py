"""Finding a queue by name."""

from __future__ import annotations

from typing_extensions import override

from app.core.i18n import _
from app.planning.desk import PlanningDesk
from screens.find import Choice, FindScreen


class FindQueueScreen(FindScreen):
    """Asks for a queue; the id of its result is the queue, empty for the whole floor."""

    @override
    def asks_for(self) -> str:
        return _("Name of a queue")

    @override
    def choices(self, desk: PlanningDesk) -> list[Choice]:
        return [("", _("Whole floor")), *((queue, queue) for queue in desk.queues())]
