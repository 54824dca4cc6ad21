"""What Watchfloor is measured against: its peers, its limits, one run at a time. Nothing here is timed in tests."""
