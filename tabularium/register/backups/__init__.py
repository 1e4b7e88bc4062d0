"""Backups in one format for both databases, whose content can be forgotten. docs/backup.md says how."""
