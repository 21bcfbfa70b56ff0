"""The one way to change something outside: claim, intent, call, outcome."""
