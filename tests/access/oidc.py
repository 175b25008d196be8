"""A small sign-in service that speaks OpenID Connect, on a port of its own: discovery, authorize, token, userinfo."""

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT = "muster"


class Service:
    """Lets in whoever `claims` says, once for each code."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.asked: dict[str, dict[str, str]] = {}  # code -> what the browser asked with
        self.audience, self.issuer = CLIENT, ""
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler(self))
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def discovery(self) -> dict[str, Any]:
        paths = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        said = {f"{key}_endpoint": f"{self.url}/{path}" for key, path in paths.items()}
        return {"issuer": self.url, "jwks_uri": f"{self.url}/keys", **said}

    def authorize(self, asked: dict[str, str]) -> str:
        """The address to which the browser goes back."""
        code = f"code{len(self.asked)}"
        self.asked[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, sent: dict[str, str]) -> dict[str, Any] | None:
        asked = self.asked.pop(sent.get("code", ""), None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or proof != asked["code_challenge"]:
            return None
        now = int(time.time())
        body = {"iss": self.issuer or self.url, "aud": self.audience, "iat": now, "exp": now + 300, **self.claims}
        signed = jwt.encode(body, self.key, algorithm="RS256", headers={"kid": "one"})
        return {"access_token": "open sesame", "token_type": "Bearer", "id_token": signed}


def handler(service: Service) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_parts: Any) -> None:
            pass

        def answer(self, body: Any, status: int = 200) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def do_GET(self) -> None:
            path, asked = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
            if path == "/authorize":
                self.send_response(302)
                self.send_header("Location", service.authorize({key: one[0] for key, one in asked.items()}))
                self.end_headers()
            elif path == "/userinfo":
                known = self.headers.get("Authorization") == "Bearer open sesame"
                self.answer(service.claims if known else {}, 200 if known else 401)
            else:
                self.answer(service.discovery())

        def do_POST(self) -> None:
            sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            given = service.token({key: one[0] for key, one in sent.items()})
            self.answer(given or {"error": "invalid_grant"}, 200 if given else 400)

    return Handler
