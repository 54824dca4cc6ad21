"""Alerts: what needs a person now, said once, to the right people, until someone has it. See docs/alerts.md."""
