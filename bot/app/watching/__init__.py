"""What an operator sees of a running process: its metrics, whether it is ready, and its log."""
