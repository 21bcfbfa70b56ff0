"""One file a page: what it shows and what it lets people do."""
