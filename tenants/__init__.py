"""The platform around tenants: registry, provisioning, migration, command line."""
