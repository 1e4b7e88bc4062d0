"""The made-up town of the demo. Import it when Django is set up."""

from tabularium.demo.making import DemoReport, make
from tabularium.demo.play import DemoError

__all__ = ["DemoError", "DemoReport", "make"]
