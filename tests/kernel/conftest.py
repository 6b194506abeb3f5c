import pytest

from tests.support import kernel


@pytest.fixture
def north():
    return kernel.institution("north")


@pytest.fixture
def south():
    return kernel.institution("south")
