"""What whoever runs a register needs: whether it is safe, alive, quick and up to date."""
