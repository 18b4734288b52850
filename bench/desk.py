"""Signs in at the desk over HTTP, as an organizer does, for the pages behind it."""

from __future__ import annotations

from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from bench.journeys import TOKEN
from bench.load import WrongAnswer
from bench.sites import Site
from campaign.cli.seed import ORGANIZER


def signed_in(site: Site, port: int) -> str:
    """The `Cookie` header of a session of the seeded campaigns' owner."""
    path = urlsplit(site.run("organizer", "link", ORGANIZER).split()[0]).path
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        shown = connection.getresponse()
        match = TOKEN.search(shown.read())
        cookie = (shown.headers["Set-Cookie"] or "").partition(";")[0]
        body = urlencode({"csrf_token": match[1].decode() if match else ""})
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 303:
            raise WrongAnswer(f"the sign-in link answered {answer.status}")
        return (answer.headers["Set-Cookie"] or cookie).partition(";")[0]
    finally:
        connection.close()
