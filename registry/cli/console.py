"""What the console says, and in which language."""

import os

import click

from registry.words import CHINESE, ENGLISH


def language() -> str:
    """The console's language: English where the locale names it, else the office's Chinese (C names none)."""
    said = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return ENGLISH if said.startswith("en") else CHINESE


def say_why(sentence: str) -> None:
    """One reason, on stderr."""
    click.echo(sentence, err=True)
