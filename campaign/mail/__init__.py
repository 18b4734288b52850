"""Mail: built from templates, handed over by jobs only."""
