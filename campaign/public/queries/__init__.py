"""Named reads of the reading pages."""
