from datetime import date
from pathlib import Path

import pytest

from flows.demo.population import DEMO_DATE, Population, populate

TODAY: date = DEMO_DATE


@pytest.fixture(scope="session")
def population(tmp_path_factory: pytest.TempPathFactory) -> Population:
    """Three thousand people; enough to see shares, few enough to be made in a moment."""
    folder: Path = tmp_path_factory.mktemp("registries")
    return populate(folder, people=3_000, seed=7, today=TODAY, newborn_babies=60)
