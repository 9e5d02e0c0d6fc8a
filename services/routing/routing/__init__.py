"""Which incident, whose turn, how urgent, when to escalate."""
