"""What is done without anybody asking: the clock's work, and whatever else waits."""
