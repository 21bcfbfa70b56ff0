"""A policy in plain data, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alpha_swarm.domain.policy.policy import PrivacyPolicy


def told(policy: PrivacyPolicy) -> dict[str, Any]:
    """``on_forbidden``, ``limited_profiles``, ``forbidden``, ``consent`` and ``targets`` as in the file."""
    return {
        "on_forbidden": "refuse" if policy.refuses else "strip",
        "limited_profiles": "refuse" if policy.refuses_limited else "take",
        "forbidden": [
            {"fields": list(rule.fields), "reason": rule.reason} for rule in policy.book.forbidden or ()
        ],
        "consent": {name: without.value for name, without in sorted(policy.consent_fields.items())},
        "targets": {
            party.value: {"only": list(share.only)} if share.only else {"never": list(share.never or ())}
            for party, share in (policy.book.targets or {}).items()
        },
    }
