"""A queue log as a busy Asterisk would write it, made up: the same rows for the same seed."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from typing import Final

QUEUES: Final = ("support", "sales", "billing", "客服一部")
REASONS: Final = ("break", "toilet", "lunch", "training", "打水", "")
DAY_SECONDS: Final = 86_400
SHIFT_SECONDS: Final = 10 * 3600
START_SECONDS: Final = 1_770_076_800
"""2026-02-03 00:00 UTC; the first shift begins then."""

_Act = Callable[[int], None]


class QueueLog:
    """A floor with one shift a day, as rows of its queue log.

    Callers enter, wait, are offered to whoever is free in their queue, talk or give up; agents sign in to one or two
    queues, pause on all of them and come back.

    Args:
        agents: How many work there.
        seed: The same seed gives the same rows.
        talk_seconds: Mean length of a conversation; shorter ones make more rows per second.
        break_seconds: Mean time between two pauses of an agent.
        start_seconds: When the first shift begins.
    """

    def __init__(
        self,
        agents: int = 300,
        seed: int = 42,
        talk_seconds: int = 200,
        break_seconds: int = 3000,
        start_seconds: int = START_SECONDS,
    ) -> None:
        self._draw = Random(seed)
        self._talk_seconds = talk_seconds
        self._break_seconds = break_seconds
        self._agents = [f"PJSIP/{8000 + number}" for number in range(agents)]
        self._serves = {agent: self._choose_queues(number) for number, agent in enumerate(self._agents)}
        self._heap: list[tuple[int, int, _Act]] = []
        self._order = 0
        self._free: dict[str, deque[str]] = {queue: deque() for queue in QUEUES}
        self._idle: set[str] = set()
        self._busy: set[str] = set()
        self._away: set[str] = set()
        self._here: set[str] = set()
        self._waiting: dict[str, deque[tuple[str, int]]] = {queue: deque() for queue in QUEUES}
        self._calls = 0
        self._rows: list[str] = []
        # Nearly all who are not away are talking, so that callers wait and some give up.
        self._gap_ms = max(1, (talk_seconds + 4) * 1000 * 100 // (84 * agents))
        self._at(start_seconds * 1000, self._begin_shift)

    def rows(self) -> Iterator[tuple[int, str]]:
        """Row after row, without end: when it is written, in UTC milliseconds, and its text without the line feed."""
        while True:
            at_ms, _order, act = heapq.heappop(self._heap)
            act(at_ms)
            for row in self._rows:
                yield at_ms, row
            self._rows.clear()

    def _choose_queues(self, number: int) -> tuple[str, ...]:
        first = QUEUES[number % len(QUEUES)]
        return (first, QUEUES[(number + 1) % len(QUEUES)]) if number % 3 == 0 else (first,)

    def _at(self, at_ms: int, act: _Act) -> None:
        self._order += 1
        heapq.heappush(self._heap, (at_ms, self._order, act))

    def _write(self, at_ms: int, *fields: str) -> None:
        self._rows.append("|".join((str(at_ms // 1000), *fields)))

    def _some_ms(self, mean_seconds: int) -> int:
        return 1000 + int(self._draw.expovariate(1 / (mean_seconds * 1000)))

    # -- agents ------------------------------------------------------------------------------------------------------

    def _begin_shift(self, at_ms: int) -> None:
        self._write(at_ms, "NONE", "NONE", "NONE", "QUEUESTART", "")
        for agent in self._agents:
            self._at(at_ms + self._draw.randrange(20_000), partial(self._sign_in, agent))
            self._at(at_ms + SHIFT_SECONDS * 1000, partial(self._sign_out, agent))
        self._at(at_ms + 25_000, lambda now_ms: self._enter(now_ms, now_ms + (SHIFT_SECONDS - 1800) * 1000))
        self._at(at_ms + DAY_SECONDS * 1000, self._begin_shift)

    def _sign_in(self, agent: str, at_ms: int) -> None:
        for queue in self._serves[agent]:
            self._write(at_ms, "MANAGER", queue, agent, "ADDMEMBER", "")
        self._here.add(agent)
        self._away.discard(agent)
        self._set_free(at_ms, agent)
        self._at(at_ms + self._some_ms(self._break_seconds), lambda now_ms: self._pause(now_ms, agent))

    def _sign_out(self, agent: str, at_ms: int) -> None:
        self._here.discard(agent)
        self._idle.discard(agent)
        for queue in self._serves[agent]:
            self._write(at_ms, "MANAGER", queue, agent, "REMOVEMEMBER", "")

    def _pause(self, at_ms: int, agent: str) -> None:
        if agent not in self._here:
            return
        self._away.add(agent)
        self._idle.discard(agent)
        reason = self._draw.choice(REASONS)
        self._write(at_ms, "NONE", "NONE", agent, "PAUSEALL", reason)
        for queue in self._serves[agent]:
            self._write(at_ms, "NONE", queue, agent, "PAUSE", reason)
        self._at(at_ms + self._some_ms(max(2, self._break_seconds // 6)), lambda now_ms: self._return(now_ms, agent))

    def _return(self, at_ms: int, agent: str) -> None:
        if agent not in self._here:
            return
        self._away.discard(agent)
        self._write(at_ms, "NONE", "NONE", agent, "UNPAUSEALL", "")
        for queue in self._serves[agent]:
            self._write(at_ms, "NONE", queue, agent, "UNPAUSE", "")
        self._set_free(at_ms, agent)
        self._at(at_ms + self._some_ms(self._break_seconds), lambda now_ms: self._pause(now_ms, agent))

    def _set_free(self, at_ms: int, agent: str) -> None:
        if agent in self._away or agent in self._busy or agent not in self._here:
            return
        for queue in self._serves[agent]:
            if self._waiting[queue]:
                call, entered_ms = self._waiting[queue].popleft()
                self._connect(at_ms, call, queue, agent, entered_ms)
                return
        self._idle.add(agent)
        for queue in self._serves[agent]:
            self._free[queue].append(agent)

    # -- calls -------------------------------------------------------------------------------------------------------

    def _enter(self, at_ms: int, until_ms: int) -> None:
        if at_ms < until_ms:
            gap_ms = 1 + int(self._draw.expovariate(1 / self._gap_ms))
            self._at(at_ms + gap_ms, lambda now_ms: self._enter(now_ms, until_ms))
        self._calls += 1
        queue = QUEUES[self._calls % len(QUEUES)]
        call = f"{at_ms // 1000}.{self._calls}"
        self._write(at_ms, call, queue, "NONE", "ENTERQUEUE", "", f"138{self._calls % 100_000_000:08d}", "1")
        if (agent := self._take_free(queue)) is None:
            self._waiting[queue].append((call, at_ms))
            patience_ms = self._some_ms(max(2, self._talk_seconds // 2))
            self._at(at_ms + patience_ms, lambda now_ms: self._give_up(now_ms, call, queue, at_ms))
            return
        ring_ms = self._draw.randrange(1000, 6000) if self._talk_seconds > 30 else 500
        if self._draw.random() < 0.04:
            self._write(at_ms + ring_ms, call, queue, agent, "RINGNOANSWER", str(ring_ms))
        self._busy.add(agent)
        self._at(at_ms + ring_ms, lambda now_ms: self._connect(now_ms, call, queue, agent, at_ms))

    def _take_free(self, queue: str) -> str | None:
        free = self._free[queue]
        while free:
            agent = free.popleft()
            if agent in self._idle:
                self._idle.discard(agent)
                return agent
        return None

    def _give_up(self, at_ms: int, call: str, queue: str, entered_ms: int) -> None:
        waiting = self._waiting[queue]
        if (call, entered_ms) not in waiting:
            return
        waiting.remove((call, entered_ms))
        wait = str((at_ms - entered_ms) // 1000)
        word = self._draw.choice(("ABANDON", "ABANDON", "ABANDON", "EXITWITHTIMEOUT"))
        self._write(at_ms, call, queue, "NONE", word, "1", "1", wait)

    def _connect(self, at_ms: int, call: str, queue: str, agent: str, entered_ms: int) -> None:
        self._busy.add(agent)
        wait = str((at_ms - entered_ms) // 1000)
        self._write(at_ms, call, queue, agent, "CONNECT", wait, f"{call}9", "3")
        talk_ms = self._some_ms(self._talk_seconds)
        self._at(at_ms + talk_ms, lambda now_ms: self._complete(now_ms, call, queue, agent, wait, talk_ms))

    def _complete(self, at_ms: int, call: str, queue: str, agent: str, wait: str, talk_ms: int) -> None:
        values = (wait, str(talk_ms // 1000), "1")
        draw = self._draw.random()
        if draw < 0.04:
            self._write(at_ms, call, queue, agent, "BLINDTRANSFER", "8020", "internal", *values)
        else:
            self._write(at_ms, call, queue, agent, "COMPLETECALLER" if draw < 0.7 else "COMPLETEAGENT", *values)
        self._busy.discard(agent)
        self._set_free(at_ms, agent)
