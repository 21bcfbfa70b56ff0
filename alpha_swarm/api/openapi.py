"""What the OpenAPI document says of bodies that the handlers read by themselves."""

from __future__ import annotations

from typing import Any

from alpha_swarm.domain.states import LegalBasis

_TEXT = {"type": ["string", "null"]}

LEAD: dict[str, Any] = {
    "type": "object",
    "title": "Lead",
    "description": "linkedin_url or email is needed; unknown members are ignored.",
    "properties": {
        "linkedin_url": {**_TEXT, "description": "A person's LinkedIn address."},
        "email": {**_TEXT, "description": "Needed where there is no linkedin_url."},
        "first_name": {**_TEXT, "maxLength": 100},
        "last_name": {**_TEXT, "maxLength": 100},
        "company_name": {**_TEXT, "maxLength": 200},
        "source_type": {
            "type": "string",
            "enum": ["competitor_follower", "event_attendee", "group_member", "post_commenter", "post_liker"],
        },
        "source_name": {"type": "string", "minLength": 1, "maxLength": 200},
        "source_url": {**_TEXT, "description": "http or https."},
        "engagement_action": _TEXT,
        "engagement_content": {**_TEXT, "maxLength": 5000},
        "scraped_at": {"type": "string", "description": "ISO 8601; without an offset it is UTC."},
        "legal_basis": {"type": "string", "enum": [one.value for one in LegalBasis]},
    },
    "required": ["source_type", "source_name", "scraped_at"],
    "example": {
        "linkedin_url": "https://www.linkedin.com/in/johndoe",
        "source_type": "competitor_follower",
        "source_name": "Gong.io",
        "scraped_at": "2026-01-15T10:00:00Z",
    },
}
_ERROR = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
            "required": ["code", "message"],
        }
    },
    "required": ["error"],
}
_ANSWER = {
    "type": "object",
    "properties": {
        "accepted": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "index": {"type": "integer"},
                    "lead_id": {"type": "string"},
                    "duplicate": {"type": "boolean"},
                },
                "required": ["index", "lead_id", "duplicate"],
            },
        },
        "rejected": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "index": {"type": "integer"},
                    "errors": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
                            "required": ["field", "message"],
                        },
                    },
                },
                "required": ["index", "errors"],
            },
        },
    },
    "required": ["accepted", "rejected"],
}


def _json(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


_BEARER: dict[str, Any] = {"security": [{"bearer": []}]}

POST_LEADS: dict[str, Any] = {
    **_BEARER,
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "For a day the same key and body get the same answer.",
            "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
        }
    ],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "anyOf": [
                        LEAD,
                        {
                            "type": "object",
                            "properties": {"leads": {"type": "array", "maxItems": 1000, "items": LEAD}},
                            "required": ["leads"],
                        },
                    ]
                }
            }
        },
    },
}
POSTED: dict[int | str, dict[str, Any]] = {
    202: _json("Taken in, durably.", _ANSWER),
    400: _json("The body is not JSON, or the key is unfit.", _ERROR),
    401: _json("No key.", _ERROR),
    408: _json("The body did not come in time.", _ERROR),
    409: _json("The Idempotency-Key came with another body.", _ERROR),
    413: _json("The body is larger than 10 MB.", _ERROR),
    422: _json("The body has another shape, too many leads, or one bad lead.", _ERROR),
    503: _json("Nothing was taken in; Retry-After says when to send it again.", _ERROR),
}
GET_LEAD: dict[str, Any] = _BEARER
GOT: dict[int | str, dict[str, Any]] = {
    200: _json("The lead.", {"type": "object", "required": ["lead_id", "state"]}),
    401: _json("No key.", _ERROR),
    404: _json("No such lead.", _ERROR),
    503: _json("The ledger is busy.", _ERROR),
}
SCHEMES: dict[str, Any] = {"bearer": {"type": "http", "scheme": "bearer"}}
