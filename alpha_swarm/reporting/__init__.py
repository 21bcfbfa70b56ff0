"""What every form of the report shares: its words and its charts."""
