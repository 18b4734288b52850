"""Letters: drafted, addressed, supported by evidence, opened and closed for signing, taken down."""
