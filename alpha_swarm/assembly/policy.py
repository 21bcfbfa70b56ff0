"""Settings → the privacy policy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alpha_swarm import settings as packaged
from alpha_swarm.assembly.rules_file import rules_file
from alpha_swarm.config.policy_file import read_policy
from alpha_swarm.domain.policy.policy import PrivacyPolicy

if TYPE_CHECKING:
    from alpha_swarm.config import Settings

#: Taken where no other is named, as ``.env`` is.
_USUAL = Path("privacy.yaml")
_SHIPPED = "privacy.yaml"


def privacy_policy(settings: Settings) -> PrivacyPolicy:
    """The policy of PRIVACY_POLICY_FILE, else of ./privacy.yaml; what that leaves out is as packaged.

    The grounds are those of the settings.

    Raises:
        ConfigurationError: a line for each mistake in the file.
    """
    text, name = rules_file("PRIVACY_POLICY_FILE", settings.privacy.policy_file, _USUAL, _SHIPPED)
    usual = read_policy(packaged.text(_SHIPPED), "the packaged policy")
    return PrivacyPolicy(read_policy(text, name).over(usual), settings.privacy.grounds)
