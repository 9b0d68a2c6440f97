"""`kiss`: one command; each subcommand stands in the folder it is about and is loaded when it is asked for."""

from __future__ import annotations

import os
from importlib import import_module

import click

# name → "module:attribute"
COMMANDS = {
    "contacten": "app.commando:contacten",
    "demo": "app.demo.cli:demo",
    "dev": "app.commando:dev",
    "identity": "tenants.identity.cli:identity",
    "keycloak": "app.demo.keycloak.cli:keycloak",
    "keys": "tenants.keys_cli:keys",
    "logboek": "app.zegels.cli:logboek",
    "outbox": "app.commando:outbox",
    "post": "app.demo.post.cli:post",
    "practice": "app.practice.cli:practice",
    "routes": "app.commando:routes",
    "scheduler": "app.processen:scheduler",
    "seed": "app.volume.cli:seed",
    "serve": "app.processen:serve",
    "tenants": "tenants.cli:tenants",
    "worker": "app.processen:worker",
}


class Kiss(click.Group):
    """Loads a subcommand when it is used, so that `kiss --help` and the others start fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


@click.group(cls=Kiss, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(context: click.Context) -> None:
    """KISS: het scherm van het gemeentelijke klantcontactcentrum."""
    if context.invoked_subcommand != "demo" and "DATABASE_URL" not in os.environ:
        _join_running_demo()


def _join_running_demo() -> None:
    """A command in another terminal speaks to the demo that runs on this machine; elsewhere there is none."""
    try:
        record = import_module("app.demo.record")
    except ImportError:  # psutil is installed for the demo only
        return
    record.adopt_environment(record.data_folder())


if __name__ == "__main__":
    main()
