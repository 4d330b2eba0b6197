"""For a WSGI server: `gunicorn wsgi:app`."""

import gc

from registry.app import create_app

app = create_app()
gc.freeze()  # what was loaded stays: no request looks through it for circles, and processes that fork share its memory
