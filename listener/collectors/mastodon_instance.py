"""One Mastodon instance as it is asked: what it shows, whom it shows it to, and when it rests."""

from collections.abc import Sequence
from datetime import datetime

from listener.asking import Asker, problem_of
from listener.boundary import fault_of, pause_of
from listener.collector import (
    AuthorisationLost,
    BadRequest,
    Forbidden,
    Malformed,
    RateLimited,
    SourceError,
)
from listener.collectors.mastodon_asked import Settings
from listener.collectors.mastodon_posts import ID, Page, local_id, read_page, statuses_of
from listener.fields import objects, optional_id
from listener.looking_up import ABSENT, Lack
from listener.mention import Observation


class Instance:
    """Asks, and reads what is answered; remembers until when the instance wants to be left."""

    def __init__(self, settings: Settings, asker: Asker) -> None:
        self._settings = settings
        self._asker = asker
        self._rest_until: datetime | None = None

    @property
    def rests(self) -> bool:
        """Whether the last answer said that its window is used up."""
        return self._rest_until is not None

    def ask(
        self, path: str, asked: Sequence[tuple[str, str]], now: datetime, deadline: float
    ) -> object:
        """What it answers, as JSON."""
        try:
            reply = self._asker.reply(
                f"{self._settings.base}{path}", asked, now=now, deadline=deadline
            )
        except (AuthorisationLost, Forbidden, BadRequest) as error:
            raise self._closed(error, path) from None
        pause = pause_of(reply, now)
        self._rest_until = now + pause if pause else None
        return self._asker.read(reply)

    def _closed(self, error: SourceError, path: str) -> SourceError:
        """An instance may show its timelines to its own people alone."""
        if self._settings.token is not None or "/timelines/" not in path:
            return error
        # Waiting does not mend that nobody logged in: it is told at once, as a token that was lost.
        kind = AuthorisationLost if isinstance(error, AuthorisationLost) else Forbidden
        return kind(
            f'source "{self._settings.name}": {self._settings.host} shows this timeline only to '
            f"its own people, or has none. Declare a token, or another instance ({error})"
        )

    def wait(self, now: datetime) -> None:
        """Raises RateLimited while it wants to be left."""
        if self._rest_until is not None and now < self._rest_until:
            name = self._settings.name
            raise RateLimited(f'source "{name}": its window is used up', self._rest_until)
        self._rest_until = None

    def mentions(self, items: object, now: datetime) -> Page:
        """Notifications have numbers of their own, by which they are walked through."""
        page = self.read(statuses_of(items), now)
        ids = [number for one in objects(items) if (number := optional_id(one.get("id"), ID))]
        return Page(page.observations, tuple(ids), page.malformed, len(ids))

    def read(self, items: object, now: datetime) -> Page:
        """The statuses of a list."""
        try:
            return read_page(items, self._settings.host, now)
        except ValueError as error:
            raise Malformed(f'source "{self._settings.name}": {error}') from None

    def one(self, number: str, now: datetime, left: float) -> Observation | Lack | None:
        """A status by itself; absent only in the words of the instance's own interface: to a proxy
        any page may be "not found"."""
        url = f"{self._settings.base}/api/v1/statuses/{number}"
        reply = self._asker.answer(url, now=now, deadline=left)
        if reply.status in (404, 410):
            said = problem_of(reply).get("error")
            return ABSENT if isinstance(said, str) and said else None
        if fault := fault_of(reply, source=self._settings.name, now=now):
            raise fault
        shown = self.read([self._asker.read(reply)], now).observations
        return next((one for one in shown if self._is(one, number)), None)

    def _is(self, seen: Observation, number: str) -> bool:
        return local_id(self._settings.host, number) in seen.post.aliases
