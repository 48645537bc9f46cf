"""Stock: locations, which items are kept where, and what changes quantities. Never in here: what GraphQL shows."""
