"""The words a scenario file is written in: times of day, lengths of time, shares and names."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from app.core.errors import UsageProblem
from app.core.event_fields import NAME_LIMIT
from app.core.i18n import _
from app.core.zones import load_zone

LONGEST_MEAN_SECONDS: Final = 30 * 86_400
"""Nothing on a floor takes a month."""

_TIME_OF_DAY: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")


def _minute_of_day(value: object) -> object:
    if not isinstance(value, str) or not _TIME_OF_DAY.fullmatch(value):
        raise ValueError(_('must be a time of day from "00:00" to "24:00", in quotes'))
    hours, minutes = value.split(":")
    return int(hours) * 60 + int(minutes)


def _known_zone(value: str) -> str:
    try:
        load_zone(value)
    except UsageProblem as problem:
        raise ValueError(str(problem)) from problem
    return value


MinuteOfDay = Annotated[int, BeforeValidator(_minute_of_day)]
Zone = Annotated[str, AfterValidator(_known_zone)]
Name = Annotated[str, Field(min_length=1, max_length=NAME_LIMIT)]
PerMille = Annotated[int, Field(strict=True, ge=0, le=1000)]
Weight = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
WholeSeconds = Annotated[int, Field(strict=True, ge=0, le=86_400)]


class Part(BaseModel):
    """A table of a scenario file: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Spread(Part):
    """How long something takes: a distribution of lengths of time.

    `lognormal` needs a standard deviation above 0; `exponential` and `fixed` have none.
    """

    mean_seconds: Annotated[int, Field(strict=True, gt=0, le=LONGEST_MEAN_SECONDS)]
    sd_seconds: WholeSeconds = 0
    shape: Literal["lognormal", "exponential", "fixed"] = "lognormal"

    @model_validator(mode="after")
    def _has_what_its_shape_needs(self) -> Self:
        if self.shape == "lognormal" and not self.sd_seconds:
            raise ValueError(_("a lognormal length needs sd_seconds above 0"))
        if self.shape != "lognormal" and self.sd_seconds:
            raise ValueError(_("a length of shape {shape} takes no sd_seconds").format(shape=self.shape))
        return self
