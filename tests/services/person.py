"""A signed-in person without a browser: cookies, CSRF, plain HTTP."""

import http.client
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from groupware.operations.demo.city import PASSWORD


class Answer:
    """What came back."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()


class Person:
    """One of the personas on a running site; every request is a connection of its own."""

    def __init__(self, port: int, login: str) -> None:
        self.port = port
        self.login = login
        self.cookies: dict[str, str] = {}

    def request(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        timeout: float = 30,
    ) -> Answer:
        """One request with this person's cookies; raises OSError when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            sent = {
                "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
                "X-CSRFToken": self.cookies.get("csrftoken", ""),
                "Origin": f"http://127.0.0.1:{self.port}",
                **(headers or {}),
            }
            connection.request(method, path, body=body, headers=sent)
            answer = Answer(connection.getresponse())
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return answer

    def sign_in(self) -> "Person":
        """Through the form, like everybody."""
        self.request("GET", "/account/login/")
        form = urlencode({"login": self.login, "password": PASSWORD})
        answer = self.request(
            "POST",
            "/account/login/",
            form.encode(),
            {"Content-Type": "application/x-www-form-urlencoded"},
        )
        assert answer.status == 302, (answer.status, answer.body[:500])
        return self
