"""A file taken back: what it did, what has come to rest on it since, and every row as it was. One file a concern."""

from registry.services.imports.undoing.looking import Outlook as Outlook
from registry.services.imports.undoing.looking import look_at as look_at
from registry.services.imports.undoing.obstacles import Obstacle as Obstacle
from registry.services.imports.undoing.reversing import to_undo as to_undo
from registry.services.imports.undoing.reversing import undo as undo
