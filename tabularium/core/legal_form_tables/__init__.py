"""Legal forms by jurisdiction, as data."""
