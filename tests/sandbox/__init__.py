"""The sandbox as its clients meet it: a real server on loopback."""
