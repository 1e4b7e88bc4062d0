"""`python -m tabularium_verify`: the command without its script."""

import sys

from tabularium_verify.command import main

sys.exit(main())
