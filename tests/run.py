"""What `make test` runs after `make check`: every test, and the report about them."""

from __future__ import annotations

import sys

import pytest

if __name__ == "__main__":
    sys.exit(pytest.main(["-q", "--timeout=180", "-p", "no:cacheprovider", *sys.argv[1:]]))
