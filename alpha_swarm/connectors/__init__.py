"""The edge: one connector for each service that Alpha Swarm talks to."""
