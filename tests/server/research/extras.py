"""Libraries that only the extras install: a test that needs one says so and skips.

Where `BACKSTOP_REQUIRE_EXTRAS` is set it fails instead.
"""

from __future__ import annotations

import importlib
import os
from types import ModuleType

import pytest


def needed(module: str, extra: str) -> ModuleType:
    """The module, if the extra that brings it is installed here."""
    try:
        return importlib.import_module(module)
    except ImportError:
        reason = f"{module} is not installed: pip install 'backstop-game[{extra}]'"
        if os.environ.get("BACKSTOP_REQUIRE_EXTRAS"):
            pytest.fail(reason)
        pytest.skip(reason, allow_module_level=True)
