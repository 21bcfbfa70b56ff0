"""An imitation of Slack: incoming webhooks, and what of the Web API a bot needs."""
