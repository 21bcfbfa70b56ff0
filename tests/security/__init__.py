"""The security checklist: what docs/security.md says, tried."""
