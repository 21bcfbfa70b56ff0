"""What all answers of other systems have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    """Input from outside like any other: checked, and never quoted where something is wrong with it."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)
