"""`registry …`: the operator's commands. Thin: they call the same procedures as the pages, as the console."""

from collections.abc import Callable
from typing import Any

import click
from flask import Flask
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, ProgrammingError

from registry.cli import (
    accounts,
    as_of,
    database,
    demonstration,
    evidence,
    figures,
    imports,
    keys,
    remind,
    rosters,
    serve,
    summary,
    trail,
)
from registry.cli.console import language as language
from registry.cli.console import say_why as say_why
from registry.config import Misconfigured
from registry.rules import Denied, RuleBroken
from registry.words import N_, translate

COMMANDS: tuple[click.Command, ...] = (
    database.init,
    demonstration.load,
    serve.serve,
    serve.worker,
    serve.up,
    figures.figures,
    as_of.as_of,
    imports.import_,
    rosters.roster,
    summary.summary,
    evidence.evidence,
    remind.remind,
    accounts.user,
    keys.keys,
    keys.check_card,
    trail.trail,
)


class Commands(click.Group):
    """A group that answers a refusal with every reason on stderr and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except RuleBroken as broken:
            for violation in broken.violations:
                say_why(f"{violation.in_words(language())} [{violation.code}; {violation.rule.source}]")
        except (Misconfigured, Denied) as error:
            say_why(str(error))
        except (OperationalError, ProgrammingError) as error:
            say_why(
                translate(N_("The database does not answer or was not set up; run `registry init` first."), language())
            )
            say_why(str(error.orig))
        except (IntegrityError, DataError) as error:
            say_why(translate(N_("The database refused this; nothing was written."), language()))
            say_why(str(error.orig).splitlines()[0])  # the lines after it hold the row itself
        return ctx.exit(1)


def commands(make_app: Callable[[], Flask]) -> click.Group:
    """All commands; each runs inside the application that `make_app` builds."""

    @click.group(cls=Commands, help="The registry of administrative law-enforcement personnel.")
    @click.pass_context
    def registry(ctx: click.Context) -> None:
        ctx.with_resource(make_app().app_context())

    for command in COMMANDS:
        registry.add_command(command)
    return registry
