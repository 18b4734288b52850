"""Pages that only read: home, names, campaign, company, timeline, method, privacy, contact, JSON, health."""
