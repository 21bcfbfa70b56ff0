"""Files of leads: CSV and NDJSON, read as a stream, judged as a whole before a row of them is taken in."""
