"""A database of SQLite for Django, as the register uses it; `base` is where Django looks for it."""
