"""News of a letter: posted on it, and mailed to the signatories who asked for that."""
