"""Checks of many rows at a time: one plan of expressions for every engine, and what lies across rows."""
