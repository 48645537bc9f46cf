"""The server: its process, the HTTP routes, the control side. Never in here: what GraphQL means."""
