"""What runs with nobody at the keyboard: jobs of CI, watches, and whom they tell. Never in here: how a plan is made."""
