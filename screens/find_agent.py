"""Finding somebody on the roster by name or id."""

from __future__ import annotations

from typing_extensions import override

from app.core.i18n import _
from app.planning.desk import PlanningDesk
from screens.find import Choice, FindScreen


class FindAgentScreen(FindScreen):
    """Asks whose plan; its result is the person as (agent id, name), None for nobody."""

    @override
    def asks_for(self) -> str:
        return _("Name or id")

    @override
    def choices(self, desk: PlanningDesk) -> list[Choice]:
        return desk.agents()
