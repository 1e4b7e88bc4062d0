"""`python -m tabularium`: the command line."""

from tabularium.cli import main

if __name__ == "__main__":
    main(prog_name="tabularium")
