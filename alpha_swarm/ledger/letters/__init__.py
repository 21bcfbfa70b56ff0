"""Dead letters and replays."""
