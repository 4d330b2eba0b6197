"""The file that checks cards without network: scripts, style, public keys, the words of both languages."""

import base64
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import current_app, render_template
from markupsafe import Markup

from registry.labels import label, label_of
from registry.rules.card_codes import NEEDS_THE_LINE, SENTENCES, CheckReason
from registry.rules.certificates import CertificateKind
from registry.words import CHINESE, ENGLISH, N_, translate

SCRIPTS = (
    "vendor/tweetnacl-1.0.3/nacl-fast.min.js",
    "vendor/qr-0.7.0/decode.min.js",
    "card-codes.js",
    "card-offline.js",
)
STYLE = "card-offline.css"
WORDS = {
    "title": N_("Checking a card without network"),
    "text": N_("Scan the code of the card with a scanner, or paste its text"),
    "check": N_("Check"),
    "scan": N_("Scan with the camera"),
    "photograph": N_("Photograph the code"),
    "unread": N_(
        "No code can be read in this photo. Hold the card flat in good light and take the photo so near that the code "
        "fills it; or let the phone's own camera read it: with network it opens the answer at %(address)s; without, "
        "copy the text that it shows and paste it above."
    ),
    "line": N_(
        "Photo, field and area are not in the signature: compare the photo, the name and the unit with the person and "
        "the card before you. Whether it was suspended or ended since is known on the line alone."
    ),
    "younger": N_("This file does not know keys that are younger than itself: save it anew."),
    "made": N_("Saved on %(day)s; public keys in it: %(count)s. This file sends nothing."),
}
FACTS = {
    "name": N_("Name"),
    "unit": N_("Unit"),
    "kind": N_("Kind"),
    "number": N_("Certificate number"),
    "issued_on": N_("Issued on"),
    "valid_from": N_("First day"),
    "valid_until": N_("Last day"),
}
TONES = {
    CheckReason.GENUINE_AND_VALID: "good",
    CheckReason.NOT_YET_VALID: "warn",
    CheckReason.UNREADABLE: "warn",
}


def offline_file(keys: Mapping[str, str], *, office: str, address: str, today: date) -> str:
    """The page as it is saved: it knows these public keys (id: hex) and loads nothing."""
    scripts = [_source(name) for name in SCRIPTS]
    style = _source(STYLE)
    params = {"day": today.isoformat(), "count": len(keys), "address": address}
    return render_template(
        "verification/offline_file.html",
        policy=_policy(scripts, style),
        scripts=[Markup(script) for script in scripts],  # noqa: S704  our own files
        style=Markup(style),  # noqa: S704  our own file
        words={name: _both(message, params) for name, message in WORDS.items()},
        facts=[(name, _both(message)) for name, message in FACTS.items()],
        known=_known(keys, today),
        office=office,
        address=address,
    )


def _known(keys: Mapping[str, str], today: date) -> dict[str, Any]:
    """What the script needs to know: keys, and the words of every answer that needs no line."""
    return {
        "keys": keys,
        "today": today.isoformat(),
        "kinds": {kind.value: (label(kind, CHINESE), label(kind, ENGLISH)) for kind in CertificateKind},
        "reasons": {
            reason.value: {
                "tone": TONES.get(reason, "bad"),
                "title": _both(label_of(reason)),
                "sentence": _both(SENTENCES[reason]),
            }
            for reason in CheckReason
            if reason not in NEEDS_THE_LINE
        },
    }


def _both(message: str, params: Mapping[str, Any] | None = None) -> tuple[str, str]:
    return translate(message, CHINESE, params), translate(message, ENGLISH, params)


def _source(name: str) -> str:
    return (Path(current_app.static_folder or "") / name).read_text(encoding="utf-8")


def _policy(scripts: list[str], style: str) -> str:
    """Only these scripts run, only this style applies, and nothing is fetched from or sent to anywhere."""
    allowed = " ".join(_hash(script) for script in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; media-src blob: mediastream:; "
        "form-action 'none'; base-uri 'none'"
    )


def _hash(source: str) -> str:
    return f"'sha256-{base64.b64encode(sha256(source.encode()).digest()).decode()}'"
