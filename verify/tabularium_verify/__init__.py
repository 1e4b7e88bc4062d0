"""Checks extracts and checkpoints of a Tabularium register, without a network and without the register."""
