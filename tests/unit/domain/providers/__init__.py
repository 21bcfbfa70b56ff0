"""The providers behind the enricher: who is asked, and what they did."""
