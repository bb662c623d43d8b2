"""What is asked of a Mastodon instance: the settings, and the timelines that they come to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from config import Brand, Secret, SourceSettings
from config.forms import Site, form

MAX_TAGS = 50
OVERLAP = timedelta(minutes=10)  # a status of another instance may arrive this late
PUBLIC_OVERLAP = timedelta(minutes=1)  # of a public timeline ten minutes are many pages

Tag = Annotated[
    str, form(r"#?\w{1,100}", "is no tag", 'Write one word without blanks, for example "acme"')
]
_alone = BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)


class Settings(SourceSettings):
    """Which instance, and what of it."""

    public: ClassVar[bool] = True

    kind: Literal["mastodon"] = "mastodon"
    instance: Annotated[str, Site]
    tags: Annotated[tuple[Tag, ...], _alone, Field(max_length=MAX_TAGS)] = ()
    timeline: Literal["none", "local", "all"] = "none"  # of the instance, matched on this machine
    token: Secret | None = None  # of an account there: own mentions, and closed instances
    streaming: bool = False  # hear at once what is polled otherwise; needs the token

    @property
    def base(self) -> str:
        """The instance's address, without a slash at its end."""
        plain = self.instance.rstrip("/")
        return plain if "://" in plain else f"https://{plain}"

    @property
    def host(self) -> str:
        """The instance's name, as its posts' local numbers are kept under it."""
        return self.base.partition("://")[2].lower()

    @model_validator(mode="after")
    def _hot_words(self) -> Self:
        if self.base.startswith("http://") and self.token and not _is_here(self.host):
            raise ValueError("a token is only sent over https://")
        if self.streaming and self.token is None:
            raise ValueError("streaming needs a token: instances stream to their own people alone")
        return self


def _is_here(host: str) -> bool:
    return host.partition(":")[0] in ("127.0.0.1", "localhost")


def tags_of(brands: Sequence[Brand]) -> tuple[str, ...]:
    """The brands' terms as hashtags, which have letters, digits and underscores alone."""
    bare = (re.sub(r"\W+", "", term) for brand in brands for term in brand.all_terms)
    return tuple({tag.casefold(): tag for tag in bare if tag and not tag.isdigit()}.values())


@dataclass(frozen=True, slots=True)
class Timeline:
    """One thing to walk through: an address, what it is asked, and how it is read."""

    path: str
    asked: tuple[tuple[str, str], ...] = ()
    overlap: timedelta = OVERLAP
    notifications: bool = False

    @property
    def by_time(self) -> bool:
        """Whether its ids tell when an item was written."""
        return not self.notifications

    @property
    def key(self) -> str:
        return "&".join([self.path, *(f"{name}={value}" for name, value in self.asked)])


def timelines_of(settings: Settings, brands: Sequence[Brand]) -> list[Timeline]:
    """What a source walks through."""
    tags = settings.tags or tags_of(brands)[:MAX_TAGS]
    found = [Timeline(f"/api/v1/timelines/tag/{tag.lstrip('#')}") for tag in tags]
    if settings.timeline != "none":
        local = (("local", "true"),) if settings.timeline == "local" else ()
        found.append(Timeline("/api/v1/timelines/public", local, PUBLIC_OVERLAP))
    if settings.token is not None:
        mentions = (("types[]", "mention"),)
        found.append(Timeline("/api/v1/notifications", mentions, notifications=True))
    return found
