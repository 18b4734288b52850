"""Every setting: read once from the environment and the settings file, checked, then never changed.

A setting `X` is the environment variable `UNDERSIGNED_X`, or a line `UNDERSIGNED_X=value` of the file
`<DATA_DIR>/undersigned.env` that `undersigned init` writes. The environment wins.
"""

import difflib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

ROOT = Path(__file__).resolve().parent
PREFIX = "UNDERSIGNED_"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
WEAK_KEY = re.compile(r"change.?me|example|secret|password|develop|replace|(.)\1{7}|<", re.IGNORECASE)
KEY_EXAMPLE = "<64 random hexadecimal characters, as undersigned init makes them>"

Parse = Callable[[str], Any]


class SettingsError(Exception):
    """One sentence for the operator: which setting, what was found, and an example that works."""


# A parser takes the text found and gives the value, or raises ValueError with the end of a sentence: "is not ...".
def choice(*allowed: str) -> Parse:
    """A parser of one word out of a few."""

    def parse(found: str) -> str:
        if found not in allowed:
            raise ValueError(f"is not one of {', '.join(allowed)}")
        return found

    return parse


def whole_number(low: int, high: int) -> Parse:
    """A parser of whole numbers within both bounds."""

    def parse(found: str) -> int:
        if not re.fullmatch(r"-?\d{1,12}", found, re.ASCII) or not low <= int(found) <= high:
            raise ValueError(f"is not a whole number from {low} to {high}")
        return int(found)

    return parse


def line(found: str) -> str:
    """Any text without control characters."""
    if any(ord(character) < 32 for character in found):
        raise ValueError("has a control character")
    return found


def key(found: str) -> str:
    """A random key, long enough."""
    if len(found) < 32:
        raise ValueError(f"is {len(found)} characters long and needs 32 or more")
    return found


def split_url(found: str, schemes: str) -> SplitResult:
    """The parts of an address of one of these schemes, the port checked."""
    try:
        parts = urlsplit(line(found))
        if parts.scheme in schemes.split() and (parts.port is None or parts.port):
            return parts
    except ValueError:
        pass  # the sentence below says it for every malformed address
    raise ValueError(f"is not an address that begins with {'://, '.join(schemes.split())}://")


def public_url(found: str) -> str:
    """The root of the site, without the final slash."""
    parts = split_url(found, "http https")
    if not parts.hostname or parts.username or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("is more or less than a scheme and a host; the site lives at the root of its host")
    return f"{parts.scheme}://{parts.netloc}"


def database(found: str) -> str:
    """A SQLAlchemy address of a SQLite file, or of PostgreSQL through psycopg."""
    parts = split_url(found, "sqlite postgresql postgresql+psycopg postgres")
    if parts.scheme == "sqlite" and not re.match(r"sqlite:////[^/?]", found):
        raise ValueError("is not sqlite:/// followed by the full path of a file")
    return found if parts.scheme == "sqlite" else "postgresql+psycopg" + found[found.index(":") :]


def relay(found: str) -> str:
    """A relay, or a folder that mails are written into."""
    parts = split_url(found, "smtp smtps file")
    if not (parts.path.strip("/") and not parts.netloc if parts.scheme == "file" else parts.hostname):
        raise ValueError("lacks the host, or for file:// the full path of a folder")
    return found


def sender(found: str) -> str:
    """`name@host`, or `Name <name@host>`."""
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(line(found))[1]):
        raise ValueError("is not a mail address")
    return found


def host_names(found: str) -> tuple[str, ...]:
    """Host names separated by commas; a leading dot stands for every name below it."""
    names = tuple(name.strip().lower() for name in found.split(",") if name.strip())
    if not all(re.fullmatch(r"\.?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\]", name) for name in names):
        raise ValueError("is not a list of host names separated by commas")
    return names


def full_path(found: str) -> Path:
    """A path, made absolute from the folder the command runs in."""
    return Path(found).expanduser().absolute()


def folders(found: str) -> tuple[Path, ...]:
    """Existing folders, separated as in PATH."""
    paths = tuple(full_path(part) for part in found.split(os.pathsep) if part)
    if not all(path.is_dir() for path in paths):
        raise ValueError("names a folder that does not exist")
    return paths


def setting(parse: Parse, default: str | None = None, *, example: str, secret: bool = False) -> Any:
    """Declare a setting; `default` is read by `parse` too. None and no derived default: it has to be set."""
    return field(metadata={"parse": parse, "default": default, "example": example, "secret": secret})


def optional(parse: Parse, *, example: str, secret: bool = False) -> Any:
    """Declare a setting that may stay None."""
    return field(metadata={"parse": parse, "default": "", "example": example, "secret": secret})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of this process, all checked. A default may depend on the settings above it."""

    # Which rules and defaults apply: production, or development on one's own machine.
    env: str = setting(choice("development", "production"), "production", example="production")
    # Everything the site keeps outside its database. Taken from the environment only.
    data_dir: Path = setting(full_path, example="/var/lib/undersigned")
    # Signs sessions, links and form tokens. Changing it ends every session and every link in a mail.
    secret_key: str = setting(key, example=KEY_EXAMPLE, secret=True)
    # Makes the mailbox key that finds duplicates. Never change it: people could sign a second time.
    mailbox_key: str = setting(key, example=KEY_EXAMPLE, secret=True)
    # The address `serve` and `web` listen on.
    host: str = setting(line, "127.0.0.1", example="127.0.0.1")
    # The port `serve` and `web` listen on.
    port: int = setting(whole_number(1, 65535), "8000", example="8000")
    # The public address of the site; every link in a mail begins with it.
    base_url: str = setting(public_url, example="https://letters.example.org")
    # Host names the site answers to; by default that of BASE_URL.
    trusted_hosts: tuple[str, ...] = setting(host_names, example="letters.example.org,www.letters.example.org")
    # How many proxies of yours stand before the site; 0 believes no forwarded header.
    trusted_proxies: int = setting(whole_number(0, 10), "0", example="1")
    # Where the records are: a SQLite file in DATA_DIR unless PostgreSQL is named.
    database_url: str = setting(database, example="postgresql://user:password@host/undersigned", secret=True)
    # How mail leaves: a relay (STARTTLS is required wherever a password is given), or a folder it is written into.
    mail_url: str = setting(relay, example="smtps://user:password@mail.example.org:465", secret=True)
    # The sender of every mail; its domain must allow the relay above to send for it.
    mail_from: str = setting(sender, example="letters@letters.example.org")
    # Mails one mailbox gets from the whole site in an hour, at most; links to the desk are counted apart.
    mail_per_hour: int = setting(whole_number(1, 1000), "3", example="3")
    # Mails one mailbox gets from the whole site in a day, at most; links to the desk are counted apart.
    mail_per_day: int = setting(whole_number(1, 10000), "5", example="5")
    # What runs the jobs: the embedded worker; celery is refused, it is not part of this version.
    engine: str = setting(choice("embedded", "celery"), "embedded", example="embedded")
    # Not part of this version: the message broker of the Celery engine.
    broker_url: str | None = optional(line, example="redis://127.0.0.1:6379/0", secret=True)
    # How many web processes `serve` and `web` keep, each with 8 threads.
    web_processes: int = setting(whole_number(1, 64), "2", example="2")
    # How many worker processes `serve` and `worker` keep.
    worker_processes: int = setting(whole_number(1, 64), "1", example="1")
    # Limits of tries and the mail budget; off only in development, for load tests.
    limits: str = setting(choice("on", "off"), "on", example="on")
    # How much the logs say.
    log_level: str = setting(choice("DEBUG", "INFO", "WARNING", "ERROR"), "INFO", example="INFO")
    # Not part of this version: opens /metrics to whoever sends this bearer token.
    metrics_token: str | None = optional(key, example=KEY_EXAMPLE, secret=True)
    # Further folders with fonts for printed letters.
    font_dirs: tuple[Path, ...] = setting(folders, "", example="/usr/share/fonts/truetype/noto")
    # The file of the Ed25519 private key that seals editions; where there is none, editions have no seal and say so.
    seal_key_file: Path = setting(full_path, example="/var/lib/undersigned/seal.key")
    # Who runs this site, shown on /contact and /privacy; production does not start without.
    operator_name: str | None = optional(line, example="The Example Foundation")
    # The operator's address, post or mail, one line; a mail address gets warnings; production does not start without.
    operator_address: str | None = optional(line, example="1 Example Street, Springfield; hello@example.org")
    # A relay of its own for codes to work addresses, used for nothing else; without it work mail cannot be offered.
    employee_mail_url: str | None = optional(relay, example="smtps://user:password@relay.example:465", secret=True)
    # The sender of those codes, on a domain of its own that names neither the campaign nor this site.
    employee_mail_from: str | None = optional(sender, example="codes@relay.example")
    # Tests only, refused in production: seconds added to the clock.
    test_clock_offset: int = setting(whole_number(-(10**9), 10**9), "0", example="172800")

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """The settings of an environment (this process's own by default) and its file, or SettingsError."""
        environ = os.environ if environ is None else environ
        folder = data_folder(environ)
        given = read_file(settings_file(folder)) | {name: value for name, value in environ.items() if value}
        given[variable("data_dir")] = str(folder)
        values: dict[str, Any] = {}
        for item in fields(cls):
            values[item.name] = read_setting(item, given.get(variable(item.name)), values)
        settings = cls(**values)
        refuse_what_cannot_run(settings)
        if settings.env == "production":
            refuse_in_production(settings, environ)
        return settings

    @classmethod
    def variables(cls) -> list[str]:
        """The environment variables of all settings."""
        return [variable(item.name) for item in fields(cls)]

    def shown(self) -> dict[str, str]:
        """Each variable with its value as text; of a secret only whether it is set."""
        table = {}
        for item in fields(self):
            value = getattr(self, item.name)
            listed = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
            known = "(set, not shown)" if item.metadata["secret"] else listed
            table[variable(item.name)] = known if value not in (None, ()) else "(not set)"
        return table

    def to_flask(self) -> dict[str, Any]:
        """The mapping for `app.config`: each setting without prefix, and what Flask and its extensions read."""
        is_https = self.base_url.startswith("https://")
        return {
            **{item.name.upper(): getattr(self, item.name) for item in fields(self)},
            **relay_options(self.mail_url),
            "MAIL_DEFAULT_SENDER": self.mail_from,
            # Flask-Mail would drop every mail of an app in testing mode.
            "MAIL_SUPPRESS_SEND": False,
            "TRUSTED_HOSTS": list(self.trusted_hosts),
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            # An error's message would repeat names and addresses. A connection for each thread and a few to spare: what
            # comes above is opened and closed for one use, which cost a fifth of all signings.
            "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True, "pool_size": 10},
            # A browser takes a cookie of this name from this very host alone, over https (ASVS 3.3.1).
            "SESSION_COOKIE_NAME": "__Host-undersigned" if is_https else "undersigned",
            "SESSION_COOKIE_SECURE": is_https,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            # Else an organizer's visit would put the cookie on public pages, which caches share.
            "SESSION_REFRESH_EACH_REQUEST": False,
            # A form token lives as long as the session; personal pages send no Referer to compare.
            "WTF_CSRF_TIME_LIMIT": None,
            "WTF_CSRF_SSL_STRICT": False,
            "MAX_CONTENT_LENGTH": 2**20,
            "MAX_FORM_MEMORY_SIZE": 2**20,
        }


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def data_folder(environ: Mapping[str, str]) -> Path:
    """DATA_DIR of an environment: `var` in the checkout unless it is named."""
    return full_path(environ.get(variable("data_dir")) or str(ROOT / "var"))


def settings_file(folder: Path) -> Path:
    """Where the settings file of a data folder lies."""
    return folder / "undersigned.env"


def read_file(path: Path) -> dict[str, str]:
    """The lines `UNDERSIGNED_X=value` of a settings file, {} without one; a name that is no setting is refused."""
    known = set(Settings.variables()) - {variable("data_dir")}
    given: dict[str, str] = {}
    rows = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    for row in rows:
        if not row.strip() or row.lstrip().startswith("#"):
            continue
        name, _, value = (part.strip() for part in row.partition("="))
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1) or [variable("port")]
            raise SettingsError(f'{path} has a line "{name[:60]}", which is no setting of it; try {near[0]}=...')
        quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
        given[name] = value[1:-1] if quoted else value
    return given


def complain(name: str, found: str | None, problem: str) -> SettingsError:
    """The one sentence about a setting; the value of a secret is never repeated."""
    metadata = Settings.__dataclass_fields__[name].metadata
    shown = f' "{found}"' if found is not None and not metadata["secret"] else ""
    return SettingsError(f"{variable(name)}{shown} {problem}; an example: {variable(name)}={metadata['example']}")


def read_setting(item: Field[Any], found: str | None, values: Mapping[str, Any]) -> Any:
    """The value of one setting from its text, else its default, which may depend on the `values` read before."""
    default = item.metadata["default"] if found is None else found
    text = derived_default(item.name, values) if default is None else default
    if text is None:
        raise complain(item.name, None, "is missing")
    if text == "":
        return () if item.metadata["parse"] is folders else None
    try:
        return item.metadata["parse"](text)
    except ValueError as problem:
        raise complain(item.name, text, str(problem)) from None


def derived_default(name: str, values: Mapping[str, Any]) -> str | None:
    """The default of a setting that follows from others, or None where there is no sensible one."""
    folder = values.get("data_dir")
    if name == "trusted_hosts":
        host = urlsplit(values["base_url"]).hostname
        return ",".join(sorted(LOOPBACK - {"::1"})) if host in LOOPBACK else host
    if name in ("database_url", "seal_key_file"):
        return f"sqlite:///{folder}/undersigned.db" if name == "database_url" else f"{folder}/seal.key"
    if values.get("env") == "development":
        # The port is read before BASE_URL, so that a second copy on another port links to itself.
        return {
            "base_url": f"http://127.0.0.1:{values.get('port')}",
            "mail_url": f"file://{folder}/mail",
            "mail_from": "letters@localhost",
        }.get(name)
    return None


def relay_options(url: str) -> dict[str, Any]:
    """What Flask-Mail needs to reach a relay; {} for a folder."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return {}
    tls = parts.scheme == "smtps"
    return {
        "MAIL_SERVER": parts.hostname,
        "MAIL_PORT": parts.port or (465 if tls else 25),
        "MAIL_USE_SSL": tls,
        "MAIL_USE_TLS": not tls and parts.password is not None,
        "MAIL_USERNAME": unquote(parts.username) if parts.username else None,
        "MAIL_PASSWORD": unquote(parts.password) if parts.password else None,
    }


def refuse_what_cannot_run(settings: Settings) -> None:
    """Raise SettingsError for values that are each right and cannot stand together."""
    if settings.engine == "celery":
        raise complain("engine", "celery", "is not part of this version, where only embedded is available")
    if settings.secret_key == settings.mailbox_key:
        raise complain("mailbox_key", None, "is the same as UNDERSIGNED_SECRET_KEY and must be a key of its own")


def is_weak(found: str) -> bool:
    """Whether a key looks like an example or repeats itself too much to be random."""
    return bool(WEAK_KEY.search(found)) or len(set(found)) < 10


def refuse_in_production(settings: Settings, environ: Mapping[str, str]) -> None:
    """Raise SettingsError for whatever is good enough for development only."""
    for name in ("secret_key", "mailbox_key"):
        if is_weak(getattr(settings, name)):
            raise complain(name, None, "is weak or an example; production needs one from `undersigned init`")
    for name in ("operator_name", "operator_address"):
        if getattr(settings, name) is None:
            raise complain(name, None, "is missing; production says who runs the site")
    if not settings.base_url.startswith("https://"):
        raise complain("base_url", settings.base_url, "is without https, which production needs")
    if settings.limits == "off":
        raise complain("limits", "off", "is refused in production")
    if settings.test_clock_offset:
        name = variable("test_clock_offset")
        raise SettingsError(f"{name} is a test-only setting and is refused in production; remove it.")
    if environ.get("FLASK_DEBUG", "0").lower() not in ("", "0", "false", "no"):
        raise SettingsError("FLASK_DEBUG is set and is refused in production; remove it.")
