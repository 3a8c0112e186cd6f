"""Guessing is slow: whoever has named what does not exist a few times waits before the next try."""

from datetime import timedelta

from core.clock import now
from core.errors import TooManyTries
from core.security import Actor
from plugins.points_store.models import Refusal

GUESSES, GUESS_WINDOW = 10, timedelta(minutes=5)


def demand_few_guesses(actor: Actor, reason: str) -> None:
    """Raises TooManyTries after GUESSES refusals of the actor for this `reason` within GUESS_WINDOW."""
    made = Refusal.unscoped("all guesses of one account count, wherever they were made").where(
        (Refusal.account_id == actor.account_id)
        & (Refusal.reason == reason)
        & (Refusal.at > now() - GUESS_WINDOW)
    )
    if made.count() >= GUESSES:
        raise too_many_guesses()


def too_many_guesses() -> TooManyTries:
    """What whoever guessed too often is told."""
    return TooManyTries(minutes=int(GUESS_WINDOW.total_seconds() // 60))
