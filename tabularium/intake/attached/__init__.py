"""What organisations attach to what they say: which files are taken, and what their senders are warned of."""
