"""What is counted and measured: no question here looks at every lead."""
