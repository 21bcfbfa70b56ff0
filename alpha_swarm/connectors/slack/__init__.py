"""Slack: messages to people, by an incoming webhook or as a bot."""
