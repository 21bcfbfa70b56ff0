"""What a person asks to be put right, and a policy does not let be held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alpha_swarm.domain.policy.policy import PrivacyPolicy


def require_held(policy: PrivacyPolicy, fields: Iterable[str]) -> None:
    """Whatever is put right stays, and so has to be something that may be held.

    Raises:
        UserError: naming the first that may not, and the policy's reason.
    """
    for name in fields:
        reason = policy.reason(name)
        if reason:
            raise UserError(
                f"--set: {name} is not held: {reason} (the privacy policy); have it erased by"
                " alpha-swarm privacy policy apply"
            )
