"""Commands that people and scripts rely on stay, and stand in the operator's manual."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click
from click.testing import CliRunner

from app.cli import main
from tests.conventions.tree import PROJECT

# Issue 3, "Entry points that this issue builds". A command taken away or renamed breaks somebody's script.
PROMISED = """
demo; demo status; demo stop; serve; worker; scheduler; practice; practice ledger; practice seed; practice reset;
practice fault; dev session; dev failpoints; contacten list; outbox list; outbox retry; tenants list; tenants show;
tenants create; tenants diff; tenants export; tenants remove; tenants apply; tenants check; tenants migrate;
routes; keys rewrap; keys rotate; keys status; keys destroy;
keycloak; identity provision; seed
"""
JSON = "demo status; practice ledger; contacten list; outbox list; outbox retry; tenants list; tenants show; routes"
JSON += "; tenants create; tenants diff; tenants export; tenants remove; seed"
JSON += "; practice fault; dev failpoints; keys rewrap; keys rotate; keys status; keys destroy; identity provision"
OF_ONE = "contacten list; seed; outbox list; outbox retry; practice ledger; practice fault; dev session; keys rotate"
MANUAL = PROJECT / "docs/handleiding/operator.md"


def names(text: str) -> list[str]:
    return [" ".join(name.split()) for name in text.split(";") if name.strip()]


def tree(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    if words:
        yield " ".join(words), command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None, f"`kiss {' '.join((*words, name))}` is listed and not there."
            yield from tree(child, (*words, name))


def absent(promised: Iterable[str], present: Iterable[str]) -> list[str]:
    return sorted(set(promised) - set(present))


def _commands() -> dict[str, click.Command]:
    return dict(tree(main))


def test_promised_commands_are_there() -> None:
    gone = absent(names(PROMISED), _commands())
    assert not gone, f"`kiss` no longer knows {gone}; scripts rely on them."


def test_promised_commands_speak_json() -> None:
    commands = _commands()
    mute = [name for name in names(JSON) if not _has_option(commands[name], "--json")]
    assert not mute, f"{mute} have no --json."


def test_tenant_is_an_option_where_data_of_one_municipality_are_shown() -> None:
    commands = _commands()
    for name in names(OF_ONE):
        assert _has_option(commands[name], "--tenant"), (
            f"`kiss {name}` has no --tenant; there is no default municipality."
        )


def test_every_command_explains_itself() -> None:
    silent = [name for name, command in tree(main) if not command.help]
    assert not silent, f"{silent}: write what the command does in its docstring."
    assert CliRunner().invoke(main, ["--help"]).exit_code == 0


def test_every_command_stands_in_the_manual() -> None:
    text = MANUAL.read_text()
    shown = {name: command for name, command in tree(main) if not command.hidden}
    leaves = [
        name
        for name, command in shown.items()
        if not isinstance(command, click.Group) or command.invoke_without_command
    ]
    missing = [name for name in leaves if f"kiss {name}" not in text]
    assert not missing, f"docs/handleiding/operator.md does not explain {missing}."


def test_the_rules_bite() -> None:
    group = click.Group("kiss", commands=[click.Command("serve")])
    assert absent(names("serve; worker"), dict(tree(group))) == ["worker"]
    assert not _has_option(click.Command("serve"), "--json")


def _has_option(command: click.Command, option: str) -> bool:
    return any(option in parameter.opts for parameter in command.params)
