"""The pytest fixture `inqud_hook`."""

import sys

import pytest

from inqud_hook.testing import InqudHook


@pytest.fixture
def inqud_hook():
    """Sends, receives, validates, verifies and tests webhooks. pytest prints what was found where a test fails."""
    return InqudHook(show=lambda result: print(result, file=sys.stderr))
