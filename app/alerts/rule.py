"""A rule: metric, scope, thresholds, hold, reminder, level, text, runbook; and the chains that tell people. Pure data.

Read from TOML by `app.alerts.rule_file`; a book's versions are kept for ever.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

RULE_ID: Final = r"[a-z][a-z0-9_.-]{0,59}"

Key = Annotated[str, Field(min_length=1, max_length=60)]
Level = Literal[1, 2, 3]


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Frozen):
    """What an alert says, in both languages: a template that may name {entity}, {value}, {threshold} and the metric's
    own values."""

    zh: str
    en: str


class Scope(_Frozen):
    """Which entities a rule is about; empty for all the metric has. See `covers` in `app.alerts.scopes`."""

    kinds: tuple[str, ...] = ()
    """Kinds of entity, as its name begins: site, queue, team, unit … Empty for all."""
    queues: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    ticket_types: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


class Rule(_Frozen):
    """When something needs a person. Its identity is its id: changing the rest keeps the alerts it has open."""

    id: Annotated[str, Field(pattern=f"^{RULE_ID}$")]
    metric: Key
    scope: Scope = Scope()
    above: float | None = None
    """Raised when a gauge is above it; or a spell has lasted so many seconds; or a due instant is so many seconds
    away or nearer (0 and negative: past)."""
    below: float | None = None
    """Raised when a gauge is below it. Of a rule with both, either raises."""
    clear: float | None = None
    """Cleared when the gauge is back at it or better; None: at the threshold that raised it."""
    hold_seconds: Annotated[int, Field(ge=0, le=86_400, strict=True)] = 0
    """How long it must be so before it is raised."""
    remind_seconds: Annotated[int, Field(ge=0, le=86_400, strict=True)] = 0
    """Said again so often while nobody has it; 0: never."""
    level: Level
    text: Text
    runbook: Text | None = None
    """What to do, in one line."""
    group: Literal["rule", "entity"] = "rule"
    """Alerts of one rule are one line of the banner, or each its own."""
    inhibits: tuple[str, ...] = ()
    """Rules (ids, or "metric:…") whose alerts of the same scope this one explains: they are muted while it is open."""
    is_invitation: bool = False
    """No alarm: it offers something that could be done, without bell, reminder or chain."""


class Recipient(_Frozen):
    """Somebody to tell, and how."""

    name: str
    person: str = ""
    channels: Annotated[tuple[Key, ...], Field(min_length=1, max_length=5)]
    """Tried in order: a channel that refuses is followed by the next."""


class ChainStep(_Frozen):
    """Who is told together, and how long they are given."""

    tell: tuple[Key, ...]
    """Keys of recipients, or of groups of them."""
    acknowledge_seconds: Annotated[int, Field(ge=1, le=86_400, strict=True)]
    """After so long without acknowledgement the next step begins; the last one is repeated no more."""


class Channel(_Frozen):
    """A way to tell people. Secrets are named by the environment variable that holds them, or by a file only the
    owner can read; they stand in no policy file and in no database."""

    kind: Literal["terminal", "webhook", "wecom", "dingtalk", "feishu", "smtp"]
    url: str = ""
    secret_env: str = ""
    secret_file: str = ""
    sender: str = ""
    to: tuple[str, ...] = ()
    host: str = ""
    port: Annotated[int, Field(ge=0, le=65_535, strict=True)] = 0
    security: Literal["none", "starttls", "tls"] = "starttls"
    user: str = ""
    timeout_seconds: Annotated[int, Field(ge=1, le=60, strict=True)] = 10
    per_minute: Annotated[int, Field(ge=1, le=600, strict=True)] = 20
    """No more messages a minute go out: what is over waits in the outbox."""


class AlertBook(_Frozen):
    """All rules, recipients, chains and channels of a site. Versioned by whoever keeps it."""

    rules: tuple[Rule, ...] = ()
    recipients: dict[Key, Recipient] = Field(default_factory=dict)
    groups: dict[Key, tuple[Key, ...]] = Field(default_factory=dict)
    chains: dict[Literal["1", "2", "3"], tuple[ChainStep, ...]] = Field(default_factory=dict)
    """By level."""
    channels: dict[Key, Channel] = Field(default_factory=dict)
