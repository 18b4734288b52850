"""The coalition: the directory of organizations."""
