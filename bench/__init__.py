"""How fast Tabularium takes in a file, side by side with programs that do a part of it."""
