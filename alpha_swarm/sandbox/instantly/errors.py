"""Instantly's error answers: `{statusCode, error, message}`; none says how long to wait."""

from __future__ import annotations

from http import HTTPStatus

from alpha_swarm.sandbox.exchange import Refusal, Reply


def failure(status: int, message: str, _seconds: float) -> Reply:
    """The vendor's error body."""
    known = {one.value: one.phrase for one in HTTPStatus}
    return Reply(status, {"statusCode": status, "error": known.get(status, "Error"), "message": message})


def bad_request(message: str) -> Refusal:
    """400: the body is not as the contract wants it."""
    return Refusal(failure(400, message, 0.0))


def not_found(what: str) -> Refusal:
    """404: no such lead or campaign."""
    return Refusal(failure(404, f"{what} not found", 0.0))
