"""A browser without script that talks to the running site over a real socket."""

from __future__ import annotations

import urllib.error
import urllib.request
from dataclasses import dataclass
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from tests.support.pages import Form, Page
from tests.support.server import Site


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Redirects are answers like others; the visitor follows them by hand."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Follow nothing."""
        return


@dataclass
class Answer:
    """What came back: status, headers, bytes, and where it was asked."""

    url: str
    status: int
    headers: Any
    data: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.data.decode()

    @property
    def page(self) -> Page:
        """The body as a page."""
        return Page(self.text)


class Visitor:
    """One person's browser: cookies, the open page, links and forms."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(NoRedirect(), urllib.request.HTTPCookieProcessor(self.cookies))
        self.here: Answer | None = None

    def ask(self, address: str, data: dict[str, str] | None = None) -> Answer:
        """One request; nothing is followed."""
        url = urljoin(self.here.url if self.here else self.site.url + "/", address)
        assert urlsplit(url).netloc == urlsplit(self.site.url).netloc, f"{url} leads away from the site"
        request = urllib.request.Request(url, urlencode(data).encode() if data is not None else None)
        try:
            response: Any = self.opener.open(request, timeout=30)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            return Answer(url, response.status, response.headers, response.read())

    def open(self, address: str, data: dict[str, str] | None = None) -> Answer:
        """One request and the redirects after it; the last answer is the open page."""
        answer = self.ask(address, data)
        for _time in range(5):
            if answer.status not in (301, 302, 303):
                break
            answer = self.ask(urljoin(answer.url, answer.headers["Location"]))
        self.here = answer
        return answer

    def send(self, action: str = "", button: str = "", **fields: str) -> Answer:
        """Fill the form of the open page that posts to an address ending in `action`, and press `button`."""
        form = self.form(action)
        pressed = dict([button.split("=", 1)]) if button else {}
        return self.open(form.action or self.url, {**form.fields, **fields, **pressed})

    def form(self, action: str = "") -> Form:
        """The first form of the open page that posts to an address ending in `action`."""
        assert self.here is not None
        forms = [form for form in self.here.page.forms if form.method == "post" and form.action.endswith(action)]
        assert forms, f"{self.here.url} has no form that posts to {action or 'anywhere'}: {self.here.page.text[:500]}"
        return forms[0]

    @property
    def url(self) -> str:
        """The address of the open page."""
        assert self.here is not None
        return self.here.url
