"""A real Keycloak on this machine: for the demo, for tests, for trying things out. Never how production runs it."""
