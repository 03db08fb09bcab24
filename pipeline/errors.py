"""The workbench's errors: one sentence each, saying what was expected, found, and what to run."""

from __future__ import annotations


class PipelineError(Exception):
    """Anything that stops a command with a sentence instead of a traceback."""

    exit_code = 1


class ParamsError(PipelineError):
    """A parameters file or a ``--set`` is wrong; nothing was started."""

    exit_code = 2


class WeightsError(PipelineError):
    """A model cannot be fetched, read or quantised."""


class StageError(PipelineError):
    """A notebook of the chain failed or its kernel died."""


class DiskError(PipelineError):
    """The disk has less room than the work ahead needs."""


class PackageError(PipelineError):
    """A submission cannot be assembled, packed or verified."""
