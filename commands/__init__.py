"""The command line by capability: one module each wires app, store, seed and screens together, and holds no rules.

A module names its commands of the top level in `COMMANDS`, and `main.py` hangs those into the program; what goes under
another module's group (`import`, `report`) hangs there as soon as it is imported. What a command needs of the other
folders it imports when it runs: `--help` starts without Textual, pydantic and SQLite, and a report without Textual.
"""

from __future__ import annotations
