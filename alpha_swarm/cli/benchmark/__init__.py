"""The measurement: loads against the sandbox, and what its log and the kernel say about them."""
