"""A lane as it is typed in, held to the same rules as one of CLAY_LANES."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from alpha_swarm.assembly.lanes import lane_address
from alpha_swarm.config.kinds import Lane
from alpha_swarm.errors import UserError

if TYPE_CHECKING:
    from alpha_swarm.ports.lanes import LaneAddress


def lane_given(name: str, url: str, token: str | None, table: str | None, *, unlimited: bool) -> LaneAddress:
    """The lane.

    Raises:
        UserError: one line that says what is wrong, without address and token.
    """
    given = {"name": name, "url": url, "token": token, "table": table, "unlimited": unlimited}
    try:
        return lane_address(Lane.model_validate(given))
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
        text = problem["msg"].removeprefix("Value error, ").replace("should ", "must ", 1)
        raise UserError(f"the lane's {problem['loc'][0]}: {text}") from None
