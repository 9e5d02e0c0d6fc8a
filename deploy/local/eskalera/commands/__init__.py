"""The commands of `eskalera`, one module each; `eskalera.cli` registers them."""
