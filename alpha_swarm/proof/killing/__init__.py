"""Trials that kill processes of ours, or end them one after the other."""
