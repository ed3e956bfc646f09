"""The command line called in this process, with what it says and its exit code."""

import io
import os
from contextlib import redirect_stderr, redirect_stdout
from typing import NamedTuple
from unittest.mock import patch

import pytest

from flows.commands.main import run


class Said(NamedTuple):
    """What a call said, and how it ended."""

    stdout: str
    stderr: str
    exit_code: int


def sekali(*arguments: object, lang: str = "en") -> Said:
    """Call `sekali` with these arguments."""
    out, err = io.StringIO(), io.StringIO()
    with (
        patch.dict(os.environ, SEKALI_LANG=lang),
        redirect_stdout(out),
        redirect_stderr(err),
        pytest.raises(SystemExit) as end,
    ):
        run([str(argument) for argument in arguments])
    return Said(out.getvalue(), err.getvalue(), int(end.value.code or 0))
