"""Plans made: what a store holds, met group by group with what git asks. Never in here: a change sent."""
