"""Archive: the plan files in a ZIP that a run left behind. Names in it are somebody's; only plain ones are taken."""

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Final

from reconciler.model.errors import PlanRefused

_PLAN: Final = re.compile(r"(?:plans/)?([a-z0-9][a-z0-9_-]*\.json)", re.IGNORECASE)
_LARGEST: Final = 1 << 30


def plan_files(archive: bytes, whose: str) -> Mapping[str, bytes]:
    """Return the plan files by their name. Raises PlanRefused where there are none, or the archive is damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            named = [(match[1], each) for each in opened.infolist() if (match := _PLAN.fullmatch(each.filename))]
            if sum(each.file_size for _, each in named) > _LARGEST:
                raise PlanRefused(f"the plan of {whose} is larger than any plan")
            found = {name: opened.read(each) for name, each in named}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError) as error:
        raise PlanRefused(f"the plan of {whose} cannot be unpacked: {error}") from None
    if not found:
        raise PlanRefused(f"the run that planned {whose} kept no plan files")
    return found
