"""The job kinds of signing, and what its worker does by the clock."""

from campaign.signing.jobs import employees, mails, tasks, upkeep

__all__ = ["employees", "mails", "tasks", "upkeep"]
