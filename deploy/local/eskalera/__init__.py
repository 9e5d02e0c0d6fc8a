"""The whole real system on one machine, and the eskalera command."""
