"""What `eskalera grouping` reads, computes and prints; the commands themselves are in `commands/grouping.py`."""
