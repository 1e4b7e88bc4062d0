"""What an authority says beside its entries: what became of a promise, and notes."""
