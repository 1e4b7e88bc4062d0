"""A copy of all that a register shows to the public, kept right by its feed of changes. Needs no register."""
