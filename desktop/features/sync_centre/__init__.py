"""The sync centre: outbox, inbox, diagnostics."""
