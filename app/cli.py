"""`kiss`: one command; each subcommand stands in the folder it is about and is loaded when it is asked for."""

from __future__ import annotations

from importlib import import_module

import click

# name → "module:attribute"
COMMANDS = {
    "contacten": "app.commando:contacten",
    "demo": "app.demo.cli:demo",
    "dev": "app.commando:dev",
    "outbox": "app.commando:outbox",
    "post": "app.demo.post.cli:post",
    "practice": "app.practice.cli:practice",
    "routes": "app.commando:routes",
    "scheduler": "app.processen:scheduler",
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
def main() -> None:
    """KISS: het scherm van het gemeentelijke klantcontactcentrum."""


if __name__ == "__main__":
    main()
