"""The notifier's rules: whom a fact concerns, what they are owed, in which words. Pure: no I/O, no framework."""
