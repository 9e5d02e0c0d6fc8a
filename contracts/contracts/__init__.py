"""What the services share about cases: events, directory, timeline, bundle."""
