"""Files that commands write: the name says the form, and a file is there whole or not at all."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import click


def ending_in(*forms: str) -> Callable[[click.Context, click.Parameter, Path], Path]:
    """Refuses a path of another form, or in a folder that is not there."""

    def checked(_ctx: click.Context, _param: click.Parameter, path: Path) -> Path:
        if path.suffix.lower() not in forms:
            *others, last = forms
            raise click.BadParameter(f"the file must end in {', '.join(others)} or {last}")
        if not path.parent.is_dir():
            raise click.BadParameter(f"there is no folder {path.parent}")
        return path

    return checked


def write_whole(path: Path, content: bytes) -> None:
    """Written beside it under another name, then put in its place."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except OSError:
        os.unlink(name)
        raise
