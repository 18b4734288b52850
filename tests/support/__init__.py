"""What the tests stand on: a real PostgreSQL, a mail sink, the site as processes, pages as a browser reads them."""
