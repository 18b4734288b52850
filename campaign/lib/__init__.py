"""One-topic helpers without Flask and without a database."""
