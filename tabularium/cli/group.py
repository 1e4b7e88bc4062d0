"""All commands under one name. What a command needs is imported when it runs, so that help is at once."""

import importlib

import click

# command: module below tabularium.cli, and the name there
COMMANDS = {
    "init": ("making", "init"),
    "demo": ("serving", "demo"),
    "serve": ("serving", "serve"),
    "check-configuration": ("configuring", "check_configuration"),
    "item": ("items", "item"),
    "check-file": ("checking_files", "check_file"),
    "submit": ("submitting", "submit"),
    "approve": ("approving", "approve"),
    "notices": ("notices", "notices"),
    "corrections": ("corrections", "corrections"),
    "missing": ("corrections", "missing"),
    "account": ("accounts", "account"),
    "token": ("tokens", "token"),
    "quality": ("quality", "quality"),
    "log": ("log", "log"),
    "erase-field": ("erasing_fields", "erase_field"),
    "tick": ("keeping", "tick"),
    "search": ("reading", "search"),
    "show": ("reading", "show"),
    "extract": ("extracting", "extract"),
    "check": ("keeping", "check"),
    "verify": ("verifying", "verify"),
    "verify-consistency": ("verifying", "verify_consistency"),
    "open-data": ("open_data", "open_data"),
    "mirror": ("open_data", "mirror"),
    "backup": ("backing_up", "backup"),
    "restore": ("backing_up", "restore"),
}


class Commands(click.Group):
    """The commands, in the order in which a newcomer needs them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click gives it
        """Names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name; None if there is none."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        found = getattr(importlib.import_module(f"tabularium.cli.{module}"), name)
        assert isinstance(found, click.Command)
        return found


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tabularium", message="Tabularium %(version)s")
def main() -> None:
    """A public register of what authorities decided about organisations.

    To see one at once: tabularium demo. To start your own:

    \b
      tabularium init
      tabularium submit decisions.csv --item item.toml
      tabularium serve

    A command ends with 0 if it is done, 1 if it is done and there is something to look at (rows were
    stopped, nothing was found, something is wrong), and 2 if it could not be done.
    """  # noqa: D301 - click takes the control character for "keep these lines"
