"""The rules of tickets and timelines: state, how facts change it, and what follows. No input, no output."""
