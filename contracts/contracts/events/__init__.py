"""Every event type of Eskalera: one module per producer, `registry` for the table of all."""
