"""Plumbing of a service: settings, telemetry, database, web, consumer, outbox, inbox."""
