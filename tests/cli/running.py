"""Commands run as an operator runs them, in the console's language of choice."""

from click.testing import Result
from flask import Flask

from registry.cli import commands


def run(app: Flask, *arguments: str, language: str = "en_US.UTF-8", typed: str | None = None) -> Result:
    """`registry …` inside this application."""
    runner = app.test_cli_runner()
    env = {"LC_ALL": language}
    return runner.invoke(commands(lambda: app), arguments, prog_name="registry", env=env, input=typed)
