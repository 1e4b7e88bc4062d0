"""The transparency log: shows that nothing in the register is back-dated or changed in silence.

`docs/log.md` says the format. What checks it is `tabularium_verify`, which needs nothing of this package.
"""
