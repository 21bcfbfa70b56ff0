"""Which CRMs an enriched lead goes to, and what they are to do with it: rules as data."""
