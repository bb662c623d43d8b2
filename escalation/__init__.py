"""What is done about it: cases, owners, escalation, incidents, alerts, the ledger."""
