"""How long each kind of data is kept that has a lifetime of its own."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from alpha_swarm.config.groups import Group
from alpha_swarm.config.kinds import Days  # noqa: TC001 - pydantic reads it
from alpha_swarm.domain.privacy.lifetimes import Lifetimes

#: Senders repeat a webhook for as long; the mark of one that was read turns the repetitions away.
_Repeated = Annotated[float, Field(ge=7, le=3660, allow_inf_nan=False)]
_Day = Annotated[float, Field(ge=1, le=3660, allow_inf_nan=False)]


class Keep(Group):
    """Lifetimes in days."""

    model_config = SettingsConfigDict(env_prefix="KEEP_")

    webhooks_days: _Repeated = 7.0
    """Days for which a webhook is kept that could not be read or placed, and the mark of one that was."""
    unread_webhooks_days: _Repeated = 30.0
    """Days for which a webhook waits for its reader."""
    answers_days: _Day = 1.0
    """Days for which POST /leads gives the same answer to the same Idempotency-Key."""
    messages_days: _Repeated = 90.0
    """Days for which messages to people are kept, and what people were asked to allow."""
    companies_days: Days = 400.0
    """Days for which it is remembered what results said of companies."""
    requests_days: Days = 1095.0
    """Days for which an ended request of a person is kept as proof: ids and figures."""
    files_days: Days = 30.0
    """Days for which *.rejects.csv files in ALPHA_SWARM_HOME are kept."""

    @property
    def lifetimes(self) -> Lifetimes:
        """The same for the core."""
        return Lifetimes(
            webhooks=self.webhooks_days,
            unread_webhooks=self.unread_webhooks_days,
            answers=self.answers_days,
            messages=self.messages_days,
            companies=self.companies_days,
            requests=self.requests_days,
            files=self.files_days,
        )
