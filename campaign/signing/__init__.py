"""The signatory's journey: sign, confirm, correct, withdraw; the tally; the public face."""
