from tests.app.conftest import deventer, environment, zwolle

__all__ = ["deventer", "environment", "zwolle"]
