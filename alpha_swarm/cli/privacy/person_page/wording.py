"""Names of fields, systems and events in the words of somebody who never saw the program."""

from __future__ import annotations

from typing import Any

from alpha_swarm.domain.moments import read_moment

_FIELDS = {
    "linkedin_url": "LinkedIn profile",
    "email": "E-mail",
    "email_work": "Work e-mail",
    "email_personal": "Personal e-mail",
    "phone": "Phone",
    "title": "Job title",
    "company_domain": "Company's website",
    "company_size": "Company's number of employees",
    "tech_stack": "Software that the company uses",
    "linkedin_headline": "Headline on LinkedIn",
    "linkedin_summary": "Summary on LinkedIn",
    "linkedin_connections": "Number of connections on LinkedIn",
    "recent_posts": "Recent posts",
    "mutual_connections": "Connections in common",
    "source_name": "Name of the list or event",
    "source_url": "Page where you were seen",
    "engagement_action": "What you did there",
    "engagement_content": "What you wrote there",
}
_SYSTEMS = {
    "clay": "Clay (finds contact data)",
    "ghl": "GoHighLevel (customer records)",
    "ghl_crm": "GoHighLevel (customer records)",
    "instantly": "Instantly (sends e-mails)",
    "hubspot": "HubSpot (customer records)",
    "salesforce": "Salesforce (customer records)",
    "slack": "Slack (messages among our people)",
}
_SOURCES = {
    "person": "you",
    "unknown": "not known which provider",
    "known_company": "found earlier for a colleague of yours",
    "hunter-mcp": "a collection of public LinkedIn data",
    "alpha-swarm": "typed in by us",
    "competitor_follower": "you follow a company on LinkedIn",
    "event_attendee": "you took part in an event on LinkedIn",
    "group_member": "you are in a group on LinkedIn",
    "post_commenter": "you wrote under a post on LinkedIn",
    "post_liker": "you liked a post on LinkedIn",
    "crm": "our own customer records",
    "direct": "typed in by us",
}
_EVENTS = {
    "received": "Your data came in",
    "submitted": "Sent to Clay to find more",
    "enriching": "Clay began to look for more",
    "enriched": "Results came from Clay",
    "scored": "We reckoned how well you fit what we sell",
    "routed": "We chose where your data goes",
    "disclosed": "Your data was given to another system",
    "synced": "All systems had it",
    "looked_at": "Somebody looked at your data",
    "informed": "You were told that we hold your data",
    "fields_stripped": "What must not be held was taken out",
    "rectified": "Your data was put right at your request",
    "written_back": "The row at Clay was updated",
    "seen_in_crm": "You were seen in another system",
    "unenrichable": "Nothing more was found",
    "renewed": "Your data was looked up once more",
    "left_as_it_is": "Another system was left as it is",
}
_ACTIONS = {
    "create_contact": "a contact was made",
    "update_contact": "a contact was updated",
    "add_to_campaign": "added to an e-mail campaign",
    "add_row": "a row was made",
    "told_of": "our people were told of you",
}


def moment(text: str | None) -> str:
    """``15 January 2026, 10:00 UTC``; what is no moment stays as it is."""
    read = read_moment(text)
    return read.strftime("%-d %B %Y, %H:%M UTC") if read else text or "not known"


def field(name: str) -> str:
    """What a field is called."""
    return _FIELDS.get(name) or name.replace("_", " ").strip().capitalize()


def plain(value: Any) -> str:
    """A value as text."""
    if isinstance(value, list | tuple):
        return ", ".join(map(plain, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def system(name: str) -> str:
    """What a system is called, and what it is for."""
    return _SYSTEMS.get(name, name)


def source(name: str) -> str:
    """Whom a value came from."""
    return _SOURCES.get(name) or name.replace("_", " ")


def event(kind: str) -> str:
    """What happened, or was done."""
    return _EVENTS.get(kind) or _ACTIONS.get(kind) or kind.replace("_", " ").capitalize()


def share(value: float | None) -> str:
    """How sure a provider was."""
    return "" if value is None else f"{value:.0%} sure"
