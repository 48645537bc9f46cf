"""Jobs at large: bulk operations that an apply began, and did not come to note the results of, because it was killed.

The store remembers them for some days. Whoever goes on with the same plan notes them first: what they did is done, and
somebody who changed it since meant it.
"""

from collections.abc import Iterable, Mapping
from itertools import groupby

from reconciler.app.journal.file import Journal
from reconciler.app.journal.journalled import RunJournal
from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.planning.run_requests import Requests
from reconciler.shopify.asking import Client
from reconciler.shopify.bulk_jobs import answers_of, results


def noted_results(client: Client, journal: Journal, ours: RunJournal, by_run: Mapping[str, Requests]) -> bool:
    """Note what jobs came to that earlier runs of a plan began, and no run noted; return whether there were any.

    ``ours``: the journal of the run that is held, which may go on with one of them.
    Raises ShopError where the store does not tell, JournalFailed.
    """
    any_noted = False
    for run, requests in by_run.items():
        of_run = ours if run == ours.run else RunJournal(journal, run, requests.last)
        for each in requests.jobs_at_large():
            answers = answers_of(client, each.job)
            if answers:
                of_run.came_to(results(each.job, _lines(each.asks), answers))
                any_noted = True
    return any_noted


def _lines(asked: Iterable[Address]) -> list[Address]:
    """Return what each line of a job is about: the changes of a group are one line, and groups follow each other."""
    return [root for root, _ in groupby(map(KINDS.root_of, asked))]
