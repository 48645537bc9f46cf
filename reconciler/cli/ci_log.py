"""What a job of CI says: its log, annotations, the summary of the job, and outputs for the steps that follow.

A runner of GitHub obeys lines of a log that begin with two colons. What comes from files and stores is printed while it
is told not to. (docs.github.com, workflow commands, 2026-11)
"""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from reconciler.app.unattended.ci_job import CiJob
from reconciler.cli.options import Common
from reconciler.cli.output import document
from reconciler.model.errors import Diagnostic, InvalidInput, ReconcilerError
from reconciler.render.annotations import github_commands
from reconciler.render.ci_pages import fenced, problems_summary, summary_of


class CiLog:
    """The places where one job speaks. With --json, stdout is for one document at the end."""

    def __init__(self, job: CiJob, common: Common) -> None:
        self._job = job
        self._as_json = common.json
        self._outputs: dict[str, str] = {}

    def said(self, text: str) -> None:
        """Say something in the log."""
        with self._obeyed_by_nobody():
            self._written(text.rstrip("\n"))

    def summed_up(self, markdown: str) -> None:
        """Say something in the summary of the job, where there is one."""
        if self._job.summary is not None:
            with self._job.summary.open("a", encoding="utf-8") as file:
                file.write(summary_of(markdown))

    def output(self, name: str, value: object) -> None:
        """Hand something to the steps that follow, when the command is over."""
        self._outputs[name] = " ".join(str(value).split())

    def failed(self, title: str, error: ReconcilerError) -> None:
        """Say why the job fails: beside the lines of files, in the log, and in the summary."""
        if isinstance(error, InvalidInput):
            self.problems(error.diagnostics)
            return
        self.said("\n".join(f"error: {line}" for line in str(error).splitlines()))
        self._annotated([Diagnostic(" / ".join(str(error).splitlines()))])
        self.summed_up(fenced(title, str(error)))

    def problems(self, diagnostics: Sequence[Diagnostic]) -> None:
        """Say what is wrong with files."""
        from reconciler.render.diagnostics import diagnostics_text
        from reconciler.render.style import Style

        if diagnostics:
            self.said(diagnostics_text(diagnostics, Style()))
        self._annotated(diagnostics)
        self.summed_up(problems_summary(diagnostics))

    def ended(self, code: int) -> None:
        """Write the outputs; the exit code is one, unless the command said another."""
        self._outputs.setdefault("exit-code", str(code))
        if self._job.outputs is not None:
            with self._job.outputs.open("a", encoding="utf-8") as file:
                file.writelines(f"{name}={value}\n" for name, value in self._outputs.items())
        if self._as_json:
            document(self._outputs)

    def _annotated(self, diagnostics: Sequence[Diagnostic]) -> None:
        if self._job.host == "github" and diagnostics:
            self._written(github_commands(diagnostics).rstrip("\n"))

    @contextmanager
    def _obeyed_by_nobody(self) -> Iterator[None]:
        if self._job.host != "github":
            yield
            return
        word = secrets.token_hex(16)
        self._written(f"::stop-commands::{word}")
        yield
        self._written(f"::{word}::")

    def _written(self, text: str) -> None:
        click.echo(text, err=self._as_json, color=True)
