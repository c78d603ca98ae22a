"""Questions of other processes to the stores that this server owns: a token of the store's own opens it, nothing else.

The token stands in owner.json, which only the user can read; a Jupyter login is neither needed nor enough.
"""

import hmac
import secrets
from http import HTTPStatus
from typing import Any

import tornado.web
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import url_path_join
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from celltrail.errors import CelltrailError
from celltrail.labserver.handlers import STATUS, Service
from celltrail.store import protocol

_PATTERN = r"/celltrail/owner/([0-9a-f]+)/store/([a-z_]+)"
_EVERYWHERE = frozenset({"", "*", "0.0.0.0", "::", "localhost"})  # noqa: S104 - compared with, never bound


class OwnerHandler(tornado.web.RequestHandler):
    """`POST celltrail/owner/<project>/store/<method>` with the store's bearer token."""

    def initialize(self, service: Service, tokens: dict[str, str]) -> None:
        """Take the tokens by project key."""
        self._service = service
        self._tokens = tokens

    def check_xsrf_cookie(self) -> None:
        """Nothing to check: no browser sends the token by itself."""

    @allow_unauthenticated
    async def post(self, key: str, method: str) -> None:
        """Answer one question in the store's own words."""
        if not self._is_allowed(key):
            self.set_status(HTTPStatus.FORBIDDEN)
            await self.finish(protocol.encode_error(CelltrailError("the token is not that of this store")))
            return
        status, body = await self._service.run(self._ask, key, method)
        self.set_status(status)
        self.set_header("Content-Type", "application/octet-stream" if method == "read_blob" else "application/json")
        await self.finish(body)

    def _is_allowed(self, key: str) -> bool:
        scheme, _, token = self.request.headers.get("Authorization", "").partition(" ")
        expected = self._tokens.get(key, "")
        is_equal = hmac.compare_digest(token.encode("utf-8", "replace"), expected.encode())
        return bool(expected) and scheme.lower() == "bearer" and is_equal

    def _ask(self, key: str, method: str) -> tuple[HTTPStatus, bytes]:
        try:
            arguments = protocol.decode_arguments(method, self.request.body)
            answer = self._service.projects.of_key(key).ask(method, arguments)
            return HTTPStatus.OK, protocol.encode_answer(answer)
        except CelltrailError as error:
            return STATUS.get(type(error), HTTPStatus.SERVICE_UNAVAILABLE), protocol.encode_error(error)


class OwnerDoor:
    """Where other processes find the stores of this server: an address and a token for each."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._tokens: dict[str, str] = {}
        self._base = ""
        self._own_server: HTTPServer | None = None

    def route(self) -> tuple[str, type[OwnerHandler], dict[str, Any]]:
        """The handler for the Jupyter server."""
        return (_PATTERN, OwnerHandler, {"service": self._service, "tokens": self._tokens})

    def open(self, server: ServerApp) -> None:
        """Learn the address, once the server listens.

        A server on a UNIX socket or with TLS of its own making cannot be asked by plain HTTP from this machine: then
        the door alone, nothing else of the server, listens at a free port of the loopback interface.
        """
        if server.sock or server.http_server.ssl_options is not None:
            self._own_server = HTTPServer(tornado.web.Application([self.route()]))
            sockets = bind_sockets(0, "127.0.0.1")
            self._own_server.add_sockets(sockets)
            self._base = f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
            return
        host = "127.0.0.1" if server.ip in _EVERYWHERE else server.ip
        host = f"[{host}]" if ":" in host else host
        self._base = url_path_join(f"http://{host}:{server.port}", server.base_url)

    def admit(self, key: str) -> tuple[str, str]:
        """The address and the token under which a project's store is found from now on."""
        token = self._tokens.setdefault(key, secrets.token_urlsafe(32))
        return url_path_join(self._base, "celltrail/owner", key), token

    def close(self) -> None:
        """Listen no more."""
        self._tokens.clear()
        if self._own_server is not None:
            self._own_server.stop()
