"""Says clearly what is missing instead of failing everywhere."""

import pytest

from schemas import Schemas
from simulator import PROGRAM


def pytest_sessionstart(session):
    if not PROGRAM.exists():
        pytest.exit(f"{PROGRAM} is missing: build it first, or name it in SIMULATOR", returncode=1)


@pytest.fixture(scope="session")
def schemas():
    return Schemas()
