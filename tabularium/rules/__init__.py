"""The packaged rules: packs of clocks and terms, and what is known about working days."""

from tabularium.rules.loader import rule_book, working_calendar

__all__ = ["rule_book", "working_calendar"]
