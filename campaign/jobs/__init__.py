"""Work that outlives a request: a table of jobs written with what causes them, and its worker."""
