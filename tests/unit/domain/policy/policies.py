"""Policies as files have them."""

from __future__ import annotations

from alpha_swarm import settings as packaged
from alpha_swarm.config.policy_file import read_policy
from alpha_swarm.domain.leads.grounds import USUAL, Grounds
from alpha_swarm.domain.policy.policy import PrivacyPolicy


def policy(text: str, grounds: Grounds = USUAL) -> PrivacyPolicy:
    """A file of one's own over the packaged one."""
    usual = read_policy(packaged.text("privacy.yaml"), "the packaged policy")
    return PrivacyPolicy(read_policy(text, "privacy.yaml").over(usual), grounds)


PACKAGED = policy("{}")
