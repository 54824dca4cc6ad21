"""Work orders: their clocks, who holds them, and what must happen before a limit is missed. See docs/tickets.md."""
