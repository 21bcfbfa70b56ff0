"""What people see of the console, over HTTP."""
