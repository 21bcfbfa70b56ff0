"""Who answers for personal data, and why it is processed."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from alpha_swarm.config.groups import Group
from alpha_swarm.config.kinds import (  # noqa: TC001 - pydantic reads them when the class is made
    DatabaseUrl,
    EncryptionKeys,
    ExistingFile,
)
from alpha_swarm.domain.leads.grounds import USUAL, Grounds
from alpha_swarm.domain.privacy.access import Responsible

#: It goes with each lead, into Clay as well.
_Phrase = Annotated[str, Field(max_length=200)]


class Privacy(Group):
    """Who answers for personal data, and why."""

    model_config = SettingsConfigDict(env_prefix="PRIVACY_")

    controller: str | None = None
    """Who answers for the data, as persons are told who ask: a name and an address."""
    contact: str | None = None
    """Where persons write to about their data."""
    purpose: _Phrase = USUAL.purpose
    """What leads are collected for that are taken in from now on."""
    interest: _Phrase = USUAL.interest
    """The legitimate interest that is pursued by it."""
    assessment_id: _Phrase | None = None
    """Id of the assessment of legitimate interest under which leads are taken in from now on."""
    assessment_version: _Phrase | None = None
    """Version of that assessment."""
    retention_days: Annotated[int, Field(ge=1, le=3650, validation_alias="RETENTION_DAYS")] = (
        USUAL.retention_days
    )
    """Days from the first collection for which leads are kept that are taken in from now on."""
    drop: bool = False
    """Whether lists of California's DROP have to be taken in, as by a registered data broker: on or off."""
    policy_file: ExistingFile | None = None
    """YAML file: fields never taken, that need consent, and who gets what; unset: ./privacy.yaml if there."""
    notice_first: bool = False
    """Whether nobody gets into a campaign before `privacy notices mark` was said of them: on or off."""

    encryption_keys: Annotated[EncryptionKeys, Field(validation_alias="ENCRYPTION_KEYS")] = ()
    """Comma list of keys (32 bytes, hex or base64) that seal personal values: current, previous."""
    encryption_keys_file: Annotated[ExistingFile | None, Field(validation_alias="ENCRYPTION_KEYS_FILE")] = (
        None
    )
    """File with them instead, a key a line."""
    keys_database_url: Annotated[DatabaseUrl | None, Field(validation_alias="KEYS_DATABASE_URL")] = None
    """Where each person's data key is kept; unset: beside the ledger, in a file or schema of its own."""

    @property
    def responsible(self) -> Responsible:
        """Who answers for the data, for the core."""
        return Responsible(controller=self.controller, contact=self.contact)

    @property
    def grounds(self) -> Grounds:
        """Why it is collected, and for how long, for the core."""
        return Grounds(
            purpose=self.purpose,
            interest=self.interest,
            assessment_id=self.assessment_id,
            assessment_version=self.assessment_version,
            retention_days=self.retention_days,
        )
