"""What is shown to a model, where and of whom, in plain words: for `check` and `doctor`."""

from collections.abc import Iterator

from config import Settings
from tocsin.opinions.asking import consented


def sentences(settings: Settings) -> Iterator[str]:
    """What leaves the house, and what never does; nothing where no model is declared."""
    declared = settings.language_model
    if declared is None:
        return
    sources = consented(settings)
    where = "on this machine or your own network" if declared.local else "outside your network"
    if not sources:
        yield f"Nothing is sent to {declared.host_and_port}: no source's posts may be shown there."
        return
    yield (
        f"Unsure posts of {', '.join(sources)} are shown to {declared.model} at "
        f"{declared.host_and_port}, {where}: at most {declared.daily} a day, {declared.per_minute} "
        "a minute, folded to small letters, without names, handles, addresses, links and numbers."
    )
    yield (
        "Never shown: posts that are not public, matters of safety, anonymous ones, and everything "
        "that is judged without it. Its answer can only turn unsure into a complaint."
    )
    kept = [source.name for source in settings.sources if source.name not in sources]
    if kept:
        yield f"Posts of {', '.join(kept)} are not shown to it."
