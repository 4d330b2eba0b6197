"""A served registry and a real browser that never leaves the machine."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from registry.db import Sessions

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--in-process-gpu",  # and nothing drawn by it: a page costs a quarter less
    "--disable-software-rasterizer",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 30_000  # milliseconds of waiting for what a page shows or does: a busy machine is no fault of a page's
# The first has the same engine and no windows around it: a page costs half.
CHROMIUM = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser"))), None)


class Handler(WSGIRequestHandler):
    """A connection that a browser opens ahead and never uses is given up, so that its thread ends."""

    timeout = 2


@dataclass(frozen=True)
class Site:
    """The registry as a browser sees it."""

    address: str
    sessions: Sessions
    browser: Browser
    downloads: Path

    def open(self, *, locale: str = "en-US", width: int = 1280, scripts: bool = True) -> BrowserContext:
        """A browser of somebody new, with that language and width."""
        context = self.browser.new_context(
            base_url=self.address,
            locale=locale,
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            accept_downloads=True,
        )
        context.set_default_timeout(PATIENCE)
        return context


def _answered_whole(app: Flask) -> Callable[..., list[bytes]]:
    """The application, whose answers are read and closed before they are sent.

    The server of the tests leaves an answer open, a file of it too, when the browser drops the connection.
    """

    def answer(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        with closing(cast("Any", app(environ, start_response))) as parts:
            return [b"".join(parts)]

    return answer


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture
def site(guarded_app: Flask, browser: Browser, tmp_path: Path) -> Iterator[Site]:
    """The guarded application on a port of its own: CSRF and rate limits as in the office."""
    server = make_server("127.0.0.1", 0, _answered_whole(guarded_app), threaded=True, request_handler=Handler)
    server.daemon_threads = False  # closing waits for every request: none is left with a connection to the database
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.server_port}", guarded_app.extensions["sessions"], browser, tmp_path)
    server.shutdown()
    thread.join()
    server.server_close()


def sign_in(page: Page, username: str, password: str) -> None:
    """Through the door, as everybody."""
    page.goto("/sign-in")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")


def agree(page: Page, button: str) -> None:
    """Press a button that asks first, and answer yes. The page's script asks: until it runs, nobody would be asked."""
    pressed = page.get_by_role("button", name=button)
    expect(pressed).to_be_visible()
    page.wait_for_load_state()
    pressed.click()
    page.locator("dialog[open]").get_by_role("button", name="Yes, do it").click()
