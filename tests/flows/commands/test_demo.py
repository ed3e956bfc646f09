"""What `sekali demo` says at its end; the whole of it is what `make demo` runs."""

import sys
from pathlib import Path

import pytest

from flows.commands import demo


def test_it_ends_with_commands_that_can_be_typed_where_one_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(sys.prefix).parent)
    monkeypatch.setattr(sys, "executable", str(Path(sys.prefix) / "bin" / "python"))

    said = demo._where(Path("sekali-demo"), 53)

    assert f"  {Path(sys.prefix).name}/bin/sekali redesign " in said
    assert f"  {Path(sys.prefix).name}/bin/sekali cases --store sekali-demo/redesign/cases.sqlite" in said
