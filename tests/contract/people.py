"""Somebody with every field, and values that break what is built carelessly; all people are invented."""

from __future__ import annotations

from typing import Any

PAYLOAD: dict[str, Any] = {
    "lead_id": "01KC1ZJ4Y5V8C3W6N7Q2R9T0AB",
    "state": "syncing",
    "linkedin_url": "https://www.linkedin.com/in/ada-example",
    "first_name": "Ada",
    "last_name": "Example",
    "email": "ada@works.example",
    "email_personal": None,
    "phone": "+14155550123",
    "title": "VP of Revenue Operations",
    "company_name": "Example Works",
    "company_domain": "works.example",
    "company_industry": "SaaS",
    "company_size": 250,
    "company_revenue": None,
    "company_location": "",
    "tech_stack": ["Salesforce", "Gong"],
    "funding_stage": "Series B",
    "funding_amount": "   ",
    "icp_score": 95,
    "icp_tier": "Tier 1",
    "source_type": "competitor_follower",
    "source_name": "Rival",
    "source_url": None,
    "engagement_action": "follows",
    "engagement_content": None,
    "provenance": {"collection": {}},
    "enriched_at": "2026-01-15T10:10:00Z",
    "clay_record_id": "row_1",
}

HOSTILE = {
    "emoji": "Zoë 🦊👩‍👩‍👧",
    "quotes": "O'Brien \"; DROP TABLE leads; --",
    "10 kB": "x" * 10_000,
    "right to left": "\u202e\u0645\u0631\u062d\u0628\u0627",
    "null byte": "a\x00b",
    "half a surrogate pair": "a\ud83db",
    "markup": "<script>alert(1)</script>{{7*7}}${7*7}",
    "only a null byte": "\x00",
    "lines": "a\r\nBcc: b@c.example\r\n",
}
