"""Ways to tell people outside of the terminal. Each reads the answer it gets: a service that answers 200 may still say
no. docs/channels.md."""
