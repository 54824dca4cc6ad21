"""The command palette over the table of actions; agents are found by name too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final, cast

from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.style import Style
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from app.core.i18n import _
from screens.actions import Action, actions_of, key_label
from screens.base import Living, host
from widgets.cells import shown

MOST_AGENTS: Final = 50
"""More hits than a screen holds help nobody; the next letter narrows them."""


class FloorCommands(Provider):
    """The actions that work on the screen in front, and every agent on the floor."""

    def _actions(self) -> list[Action]:
        where = self.screen.where if isinstance(self.screen, Living) else "app"
        return [entry for entry in actions_of(where, "app") if entry.in_palette]

    async def discover(self) -> Hits:
        """Every action, before anything is typed."""
        for entry in self._actions():
            sentence = Content(_(entry.sentence))
            yield DiscoveryHit(sentence, self._perform(entry), help=self._help(entry), text=sentence.plain)

    async def search(self, query: str) -> Hits:
        """Actions and agents that match."""
        words = query.casefold().split()
        for entry in self._actions():
            sentence = _(entry.sentence)
            if score := match_score(sentence, words):
                yield Hit(score, self._marked(sentence, words), self._perform(entry), sentence, self._help(entry))
        snapshot = host(self.screen).snapshot
        found = 0
        for agent, row in snapshot.agents.items() if snapshot is not None else ():
            # Who is on the roster is found by name and by id.
            known_as = agent if row.label == agent else f"{row.label} {agent}"
            sentence = _("Peek at {agent}").format(agent=shown(known_as))
            if score := match_score(sentence, words):
                yield Hit(score, self._marked(sentence, words), partial(host(self.screen).peek, agent), sentence)
                found += 1
                if found == MOST_AGENTS:
                    return

    def _marked(self, sentence: str, words: Sequence[str]) -> Content:
        content = Content(sentence)
        folded = sentence.casefold()
        for word in words if len(folded) == len(sentence) and self.match_style is not None else ():
            at = folded.find(word)
            content = content.stylize(cast(Style, self.match_style), at, at + len(word))
        return content

    def _perform(self, entry: Action) -> Callable[[], Awaitable[bool]]:
        return partial(self.app.run_action, f"app.perform('{entry.id}')")

    def _help(self, entry: Action) -> str:
        return "  ".join(map(key_label, entry.keys))


def match_score(sentence: str, words: Sequence[str]) -> float:
    """How well a sentence matches: 0 unless every word is in it, more the earlier they stand, at most 1.

    Textual's own matcher reads names as markup, and tries every combination of letters: a name of two hundred equal
    letters would hold up the screen for good.
    """
    folded = sentence.casefold()
    places = [folded.find(word) for word in words]
    if not words or min(places) < 0:
        return 0.0
    return 1 / (1 + sum(places) / len(places) / 10)


class FloorPalette(CommandPalette):
    """The palette in the present language."""

    CSS_PATH = "palette.tcss"
    AUTO_FOCUS = "CommandInput"

    def __init__(self) -> None:
        super().__init__([FloorCommands], placeholder=_("Find an action or an agent…"))

    def _start_no_matches_countdown(self, search_value: str) -> None:
        # The base class says its sentence in English, centred by a Rich renderable.
        self._stop_no_matches_countdown()

        def say_so() -> None:
            if search_value:
                sentence = Content(_("Nothing matches."))
                self.query_one(OptionList).add_option(Option(sentence, disabled=True, id=self._NO_MATCHES))
            self._list_visible = bool(search_value)

        self._no_matches_timer = self.set_timer(self._NO_MATCHES_COUNTDOWN, say_so)
