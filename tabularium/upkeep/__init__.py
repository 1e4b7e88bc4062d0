"""What is done without anybody asking: the clock, notices and uploads; from cron or beside the server."""
