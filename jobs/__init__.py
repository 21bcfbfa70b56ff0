"""The functions that the queues name: unpack, call, done."""
