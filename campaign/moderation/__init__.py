"""The organizer's desk: what waits, decisions and their undoing, imports, mails that did not leave."""
