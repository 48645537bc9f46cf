"""What every test shares: how hypothesis searches.

Tests must give the same answer twice, so the default profile is derandomized and keeps no database. To look for new
counterexamples, run `HYPOTHESIS_PROFILE=search make test`.
"""

import os

from hypothesis import settings

settings.register_profile("ci", derandomize=True, database=None, deadline=None, print_blob=True)
settings.register_profile("search", max_examples=2000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
