"""The small universities that the stories of the rooms are told about."""

import pytest


@pytest.fixture
def campus(db):
    """A small university; nothing is offered or awarded yet."""
    # Django is not set up yet when this file is read.
    from tests.support.campus import Campus

    return Campus()


@pytest.fixture
def elsewhere(db):
    """Another university on the same server."""
    from tests.support.campus import Campus

    return Campus("inland")
