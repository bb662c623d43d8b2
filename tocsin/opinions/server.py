"""One server that speaks OpenAI's chat protocol, behind our own door to the network."""

from collections.abc import Callable
from datetime import datetime

from config import LanguageModel
from listener.boundary import wait_of
from listener.opinion import MAX_ANSWER_BYTES, Opinion, question, read_answer
from listener.wire import Wire, WireError
from tocsin.addresses import is_public
from tocsin.pinned import Resolver, look_up
from tocsin.wire import HttpWire


class ServerFails(Exception):
    """No answer. The text says why and holds no secret, and nothing that the server wrote.

    until     when it may be asked again, where it said so.
    hopeless  somebody must mend it: a key that is refused, an address that is wrong.
    """

    def __init__(self, text: str, *, until: datetime | None = None, hopeless: bool = False) -> None:
        super().__init__(text)
        self.until = until
        self.hopeless = hopeless


class Server:
    """Asks one question at a time. Used from one thread; `close` from any."""

    def __init__(
        self,
        declared: LanguageModel,
        wire: Wire,
        key: str = "",
        *,
        leads_out: Callable[[], bool] = lambda: False,
    ) -> None:
        """leads_out: did a local server's name, looked up last, lead to a public address?"""
        self.declared = declared
        self._wire = wire
        self._key = key
        self._leads_out = leads_out

    def ask(self, shown: str, now: datetime) -> Opinion:
        """Ask about one post's text, without personal data.

        Raises ServerFails where no answer came, listener.opinion.Discarded for one that does not
        count. Follows no redirect: what is shown goes to the declared address and nowhere else.
        """
        declared = self.declared
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        try:
            reply = self._wire.request(
                "POST",
                f"{declared.address}/chat/completions",
                headers=headers,
                body=question(declared.model, shown),
                deadline=declared.timeout.total_seconds(),
                limit=MAX_ANSWER_BYTES,
            )
        except WireError as error:
            if self._leads_out():
                what = f"{declared.host_and_port} is declared local, and leads to a public address"
                raise ServerFails(what, hopeless=True) from None
            raise ServerFails(str(error)) from None
        place, status = declared.host_and_port, reply.status
        if status == 200:
            return read_answer(reply.body)
        if 300 <= status < 400:
            raise ServerFails(f"{place} has moved; mend its address", hopeless=True)
        if status in (401, 403):
            raise ServerFails(f"{place} refuses the key (HTTP {status})", hopeless=True)
        if status in (400, 404, 405, 422):
            raise ServerFails(
                f"{place} does not know the model or the question (HTTP {status})", hopeless=True
            )
        wait = wait_of(reply, now)
        raise ServerFails(f"{place} answers HTTP {status}", until=now + wait if wait else None)

    def close(self) -> None:
        """End a question that is under way, and refuse further ones."""
        if isinstance(self._wire, HttpWire):
            self._wire.close()


def open_server(declared: LanguageModel, resolver: Resolver = look_up) -> Server:
    """The server that is declared. Raises MissingSecret for a key that is not there.

    A remote one is reached at public addresses only, a local one at private ones only, whatever
    its name is looked up to be.
    """
    key = declared.key.read() if declared.key is not None else ""
    if not declared.local:
        return Server(declared, HttpWire(resolver=resolver), key)
    inside = _Inside(resolver)
    wire = HttpWire(resolver=inside, allowed={declared.host_and_port})
    return Server(declared, wire, key, leads_out=lambda: inside.leads_out)


class _Inside:
    """A resolver that knows no public address, and whether it was given one."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self.leads_out = False

    def __call__(self, host: str, port: int) -> list[str]:
        found = self._resolver(host, port)
        self.leads_out = any(is_public(address) for address in found)
        return [] if self.leads_out else found
