"""``clay``: what a person does in Clay, and brings from there."""
