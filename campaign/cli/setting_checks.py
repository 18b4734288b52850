"""What `undersigned doctor` looks at in the settings, the keys and the folders."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from flask import Flask

from campaign.cli.findings import Finding, fail, ok, warn
from campaign.delivery.seals import BadKey, load_key, public_key
from campaign.extensions import db
from config import LOOPBACK, PREFIX, ROOT, Settings, is_weak, settings_file

NEW_KEY = 'ssh-keygen -t ed25519 -N "" -C "" -f'


def keys(app: Flask) -> Finding:
    """Both keys are random; production does not even start on weak ones."""
    weak = [name for name in ("SECRET_KEY", "MAILBOX_KEY") if is_weak(app.config[name])]
    if weak:
        return warn(
            "keys", f"{' and '.join(weak)} look like examples", f"{PREFIX}{weak[0]}: let `undersigned init` make one"
        )
    return ok("keys", "both are random")


def settings_are_private(app: Flask) -> Finding:
    """The settings file, which holds keys and passwords, is readable by its owner only."""
    path = settings_file(Path(app.config["DATA_DIR"]))
    if not path.exists():
        return ok("settings", "from the environment only")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return fail("settings", f"{path} can be read by others", f"chmod 600 {path}")
    return ok("settings", f"{path}, private")


def data_is_private(app: Flask) -> Finding:
    """DATA_DIR and a SQLite file, which hold addresses, are open to their owner only."""
    database = db.engine.url.database if db.engine.dialect.name == "sqlite" else None
    paths = [Path(path) for path in (app.config["DATA_DIR"], database) if path]
    names = " ".join(str(path) for path in paths if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077)
    fine = ok("privacy", "the data is its owner's alone")
    return warn("privacy", f"others can read {names}", f"chmod go-rwx {names}") if names else fine


def seal(app: Flask) -> Finding:
    """Editions get a seal, or it is known that they get none."""
    path = Path(app.config["SEAL_KEY_FILE"])
    try:
        key = load_key(path)
    except BadKey:
        return fail("seal", f"{path} holds no Ed25519 key", f"{PREFIX}SEAL_KEY_FILE, or a new key: {NEW_KEY} {path}")
    if key is None:
        return warn("seal", f"there is no {path}, editions get no seal", f"{NEW_KEY} {path}")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return fail("seal", f"{path} can be read by others", f"chmod 600 {path}")
    return ok("seal", public_key(key).fingerprint)


def unknown_variables(app: Flask) -> Finding:
    """No variable with our prefix is misspelt."""
    known = set(Settings.variables())
    strange = [name for name in os.environ if name.startswith(PREFIX) and name not in known]
    strange = [name for name in strange if not name.startswith(f"{PREFIX}TEST_")]
    if strange:
        return warn("variables", f"{', '.join(sorted(strange))} is no setting", "see undersigned doctor --settings")
    return ok("variables", "none is misspelt")


def public_address(app: Flask) -> Finding:
    """Links in mails lead to https."""
    address = app.config["BASE_URL"]
    if address.startswith("https://"):
        return ok("address", address)
    return warn("address", f"{address} is without https", f"{PREFIX}BASE_URL=https://letters.example.org for real use")


def proxy(app: Flask) -> Finding:
    """Forwarded headers are believed exactly where a proxy of ours sets them."""
    count, on_loopback = app.config["TRUSTED_PROXIES"], app.config["HOST"] in LOOPBACK
    if count and not on_loopback:
        seen = f"{count} trusted, and HOST {app.config['HOST']} may be reached around them"
        return warn("proxy", seen, f"{PREFIX}HOST=127.0.0.1, or a firewall that lets only the proxy in")
    if not count and on_loopback and app.config["ENV"] == "production":
        return warn("proxy", "none trusted, all readers look like one network", f"{PREFIX}TRUSTED_PROXIES=1")
    return ok("proxy", f"{count} trusted")


def checkout(app: Flask) -> Finding:
    """The files beside the package are there: pages, styles, migrations."""
    wanted = ("templates/base.html", "static/css/site.css", "migrations/env.py")
    gone = [name for name in wanted if not (ROOT / name).is_file()]
    if gone:
        return fail(
            "files", f"missing: {', '.join(gone)}", "run from a complete checkout, installed with pip install -e"
        )
    return ok("files", "pages, styles and migrations are there")


def writable(app: Flask) -> Finding:
    """DATA_DIR takes files."""
    folder = Path(app.config["DATA_DIR"])
    if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
        return ok("data folder", str(folder))
    return fail("data folder", f"{folder} cannot be written", f"{PREFIX}DATA_DIR, or its owner and mode")
