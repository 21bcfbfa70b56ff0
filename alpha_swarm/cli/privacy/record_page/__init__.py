"""The record of processing activities as a page."""
