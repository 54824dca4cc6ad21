"""Every command that a module of `commands/` has can be given."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import click

import commands
from main import cli


def below(group: click.Group) -> Iterator[click.Command]:
    for command in group.commands.values():
        yield command
        if isinstance(command, click.Group):
            yield from below(command)


def test_every_command_of_every_module_hangs_in_the_program() -> None:
    hung = {id(command) for command in below(cli)}
    written = {
        f"{module.name}.{name}": value
        for module in pkgutil.iter_modules(commands.__path__)
        for name, value in vars(import_module(f"commands.{module.name}")).items()
        if isinstance(value, click.Command)
    }
    assert len({id(command) for command in written.values()}) == len(hung)
    assert [name for name, command in written.items() if id(command) not in hung] == []
