"""Undersigned: open letters, who really signed them, and a delivery nobody can wave away."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from campaign import http, languages, logs, mailboxes, registry
from campaign.cli import CommandTable
from campaign.extensions import csrf, db, migrate

# Under its own name: the package `campaign.mail` takes the name `mail` here once it is imported.
from campaign.extensions import mail as flask_mail
from campaign.lib import clock
from config import ROOT, Settings


def create_app(settings: Settings | None = None) -> Flask:
    """The application for these settings (by default those of the environment).

    Raises `config.SettingsError` when a setting is wrong or missing.
    """
    settings = settings or Settings.load()
    clock.set_offset(settings.test_clock_offset)
    app = Flask("campaign", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.from_mapping(settings.to_flask())
    logs.init_app(app)
    mailboxes.init_app(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]
    # First of all, so that what the protection of forms refuses has its request id and its headers too.
    http.init_app(app)
    db.init_app(app)
    flask_mail.init_app(app)
    csrf.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True)
    languages.init_app(app)
    registry.register(app)
    # `flask X` then runs the same commands as `undersigned X`.
    app.cli = CommandTable(app.name)
    return app
