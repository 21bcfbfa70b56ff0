"""Every error of Alpha Swarm, grouped by what to do about it.

AlphaSwarmError
├── RetryLaterError          wait, then do the same again
│   ├── RateLimitedError         the other side or our own limit says when
│   ├── NoAnswerError            it was asked, and no usable answer came
│   ├── NotReadyError            something of our own is busy or out of reach; nothing was sent
│   └── UnavailableError         the other side could not be reached; nothing was sent
├── OutcomeUnknownError      it may have happened: look it up before anything is sent again
├── GiveUpError              it will never work for this lead: dead letter
├── TamperedError            a sealed value is not what was written there: nothing is done with it
├── HaltError                stop calling this target for a while
│   ├── BreakerOpenError         too many calls failed; it is tried again by itself
│   ├── CredentialsRefusedError  this and what follows: tell a person
│   ├── QuotaExhaustedError      until a known time, if the other side named one
│   └── WrongAddressError        a table, a path or a whole batch is not there
└── UserError                somebody typed or configured something wrong: one line, exit 2
    ├── ConfigurationError
    │   └── MistakesError            several at once: a line for each
    └── BadFileError
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class AlphaSwarmError(Exception):
    """The root of all our errors; the text never holds personal data."""

    provider = ""
    """Who did not answer in time behind the other side, where it says so."""


class RetryLaterError(AlphaSwarmError):
    """Not done, and nothing took effect; the same again later may work.

    ``after`` is in seconds; ``None`` leaves the wait to the retry rule.
    """

    burns_attempt = True

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class RateLimitedError(RetryLaterError):
    """A limit was reached; waiting is no failure."""

    burns_attempt = False


class NotReadyError(RetryLaterError):
    """Our own ledger, Redis or another process of ours is not ready; the other side was not even asked."""

    burns_attempt = False


class NoAnswerError(RetryLaterError):
    """Asked, but no usable answer came, which is nobody's fault until it goes on for long."""


class UnavailableError(RetryLaterError):
    """No connection came about, so nothing was sent and it may be tried for as long as it takes."""

    burns_attempt = False


class OutcomeUnknownError(AlphaSwarmError):
    """The request may have taken effect: a timeout, a reset or a 5xx after it was sent."""


class GiveUpError(AlphaSwarmError):
    """It will not work for this lead, however often it is tried; ``cause`` groups dead letters."""

    def __init__(self, message: str, cause: str = "refused") -> None:
        super().__init__(message)
        self.cause = cause


class TamperedError(AlphaSwarmError):
    """A sealed value was changed or put elsewhere, or another key sealed it; the text names its place."""


class HaltError(AlphaSwarmError):
    """The target as a whole is of no use now; ``seconds`` is how long to leave it alone."""

    def __init__(self, message: str, seconds: float = 300.0) -> None:
        super().__init__(message)
        self.seconds = seconds


class BreakerOpenError(HaltError):
    """Too many of the latest calls failed or took too long; ``seconds`` is how long until one is tried."""


class CredentialsRefusedError(HaltError):
    """The key was refused; replace it."""


class QuotaExhaustedError(HaltError):
    """Credits or plan limits are used up; the pause ends when they reset."""


class WrongAddressError(HaltError):
    """What we talk to is not where the configuration says."""


class UserError(AlphaSwarmError):
    """A person can mend it; the text is one line that says how."""

    @property
    def lines(self) -> Sequence[str]:
        """What to show."""
        return (str(self),)


class ConfigurationError(UserError):
    """A setting is wrong; the text names the variable and the remedy."""


class MistakesError(ConfigurationError):
    """A file of settings has several mistakes; each line says where and how to mend it."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self._lines = tuple(lines)

    @property
    def lines(self) -> Sequence[str]:
        """One for each mistake."""
        return self._lines


class BadFileError(UserError):
    """A file cannot be taken in; the text says why, and nothing was taken from it."""


#: Verdicts that say more of the target than of the lead: the next call would fare no better.
STOPPING = (HaltError, RateLimitedError, UnavailableError, NotReadyError)
#: What is expected to happen: it is counted and shown. Whatever else comes up is a fault of ours.
VERDICTS = (RetryLaterError, OutcomeUnknownError, GiveUpError, HaltError, UserError)
