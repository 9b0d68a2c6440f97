from tests.routes.conftest import application, applied, clients, deventer, practice, zwolle

__all__ = ["application", "applied", "clients", "deventer", "practice", "zwolle"]
