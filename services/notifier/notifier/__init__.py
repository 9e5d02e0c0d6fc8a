"""Who is told what, when, through which channel, once."""
