"""Hand-offs: outgoing and incoming webhooks."""
