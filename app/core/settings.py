"""What a site can set: a TOML file, overruled by environment variables, overruled by the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from app.core.errors import UsageProblem
from app.core.i18n import _
from app.core.places import config_file
from app.core.reasons import ReasonCategory
from app.core.text import inert


class QueueSettings(BaseModel):
    """Settings of one queue: `[queues."support"]`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    wrap_up_seconds: int = Field(default=0, ge=0, le=3600)
    """After-call work counted after each call, for a source that does not tell of it. Folded into the projections:
    `watchfloor rebuild` applies a change to the past."""
    target_service_level: float = Field(default=0.8, ge=0, lt=1)
    """The share of the offered calls to be answered within `target_seconds`."""
    target_seconds: int = Field(default=20, ge=0, le=3600)
    """The T of the target."""
    max_occupancy: float | None = Field(default=None, gt=0, le=1)
    """How busy the queue's agents may be at most; None for no limit."""
    patience_seconds: int | None = Field(default=None, ge=1, le=86_400)
    """Mean time after which a waiting caller hangs up; None counts as nobody hanging up."""
    shrinkage: float = Field(default=0, ge=0, lt=1)
    """Share of paid time not on the queue that the schedule has to make up for."""
    ring_seconds: int = Field(default=0, ge=0, le=300)
    """How long an agent's telephone rings before a call is answered, on average; counted for required agents."""


class Settings(BaseSettings):
    """All settings, with what holds when nothing is said."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, env_prefix="WATCHFLOOR_", env_nested_delimiter="__")

    db: Path | None = None
    """The database file; None for the platform's user data folder."""
    lang: Literal["zh", "en"] | None = None
    """The language of screens and messages; None to follow LANG."""
    zone: str | None = None
    """The site's time zone, as Asia/Shanghai; None for the machine's."""
    threshold_seconds: int = Field(default=20, ge=0, le=3600)
    """The T of the service level."""
    interval_minutes: Literal[15, 30, 60] = 15
    """How long "this interval" is on the screens."""
    theme: str = "watchfloor-dark"
    """The colours: watchfloor-dark, watchfloor-light, watchfloor-safe."""
    grace_seconds: int = Field(default=120, ge=0, le=3600)
    """Adherence: an out spell no longer than this does not count. A change holds for shifts from today on."""
    severe_seconds: int = Field(default=600, ge=0, le=86_400)
    """Adherence: from this length on an out spell is severe."""
    training_interchangeable: bool = False
    """Adherence: training, meeting and coaching count for each other."""
    adherence_counts: dict[str, list[str]] = Field(default_factory=dict)
    """Adherence: the states and reason categories that count as in, by planned activity, where the default ones do not
    hold: `meal = ["break", "meal", "signed_out"]`."""
    ticket_prefix: str = Field(default="WO", pattern=r"^[^\W_]{0,10}$")
    """What the numbers of tickets begin with: WO-261121-0042."""
    reasons: dict[str, ReasonCategory] = Field(default_factory=dict)
    """The site's own not-ready reasons: `"消防演练" = "exempt"`."""
    queues: dict[str, QueueSettings] = Field(default_factory=dict)
    """Settings by queue."""

    @property
    def wrap_up_seconds(self) -> dict[str, int]:
        """Fixed after-call work by queue, only where there is some."""
        return {name: queue.wrap_up_seconds for name, queue in sorted(self.queues.items()) if queue.wrap_up_seconds}


def load_settings(path: Path | None = None) -> Settings:
    """Read the settings file (it need not exist) and the environment.

    Args:
        path: The file; None for the usual place.

    Raises:
        UsageProblem: Naming the file and the key that is wrong.
    """
    file = config_file() if path is None else path

    class FileSettings(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return (env_settings, TomlConfigSettingsSource(settings_cls, toml_file=file))

    try:
        loaded = FileSettings()
    except ValidationError as error:
        first: Any = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise UsageProblem(
            _("Setting “{key}” in {file} or its WATCHFLOOR_ variable: {problem}.").format(
                key=inert(key), file=inert(str(file)), problem=inert(first["msg"])
            )
        ) from None
    except (ValueError, OSError) as error:
        raise UsageProblem(
            _("The settings file {file} cannot be read: {problem}.").format(
                file=inert(str(file)), problem=inert(str(error))
            )
        ) from None
    return Settings.model_construct(**loaded.__dict__)
