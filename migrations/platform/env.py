from alembic import context

from migrations.histories import run_environment

run_environment(context)
