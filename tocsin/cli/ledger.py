"""Commands of the ledger: whether it is as it was written, and all of it for others to check."""

import json
import sys
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    DbOption,
    JsonOption,
    NoStore,
    fail,
    say,
    say_json,
    store_at,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from escalation.ledger import Head
    from tocsin.store import Unit
    from tocsin.verifying import Found, Verifier

ledger = typer.Typer(help="The ledger: append-only, hash-chained.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(ledger, name="ledger")


@ledger.command("verify")
def verify_ledger(
    head: Annotated[
        list[str] | None,
        typer.Option("--head", metavar="NUMBER:DIGEST", help="A head kept elsewhere; repeatable."),
    ] = None,
    chain: Annotated[
        str | None, typer.Option("--chain", help="Whose head it is; default: found.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
    json_: JsonOption = False,
) -> None:
    """Check every chain and what is stored; the first bad entry is named. Exit code 1 for one."""
    from tocsin.verifying import Verifier

    heads = [_head(text) for text in head or ()]
    try:
        with store_at(db, config) as store:
            verifier = Verifier(store)
            found = verifier.whole()
            rows = [*_rows(found), *_kept(verifier, heads, chain, found)]
    except NoStore:
        if not heads:
            raise
        # Where a head was kept there was a ledger: that it has vanished is what was asked.
        rows = list(_vanished(heads, chain, "there is no ledger where it was"))
    if not rows and not json_:
        say("The ledger is empty: nothing has happened yet.")
    for row in rows:
        say_json(row) if json_ else say(_sentence(row))
    if not all(row["ok"] for row in rows):
        raise typer.Exit(1)


def _head(text: str) -> "Head":
    from tocsin.verifying import parse_head

    try:
        return parse_head(text)
    except ValueError as error:
        fail(f"--head {text[:90]!r}: {error}. Copy it as `tocsin ledger verify` printed it.")


def _rows(found: "Found") -> "Iterator[dict[str, Any]]":
    for chain in sorted({*found.heads, *found.bad}):
        bad, head = found.bad.get(chain), found.heads.get(chain)
        if bad is not None:
            yield {"chain": chain, "ok": False, "entry": bad.number, "what": bad.what}
        elif head is not None:
            row: dict[str, Any] = {
                "chain": chain,
                "ok": True,
                "entries": head.number,
                "head": head.digest,
            }
            row["keep"] = f"{head.number}:{head.digest}"
            yield row
    for one in found.different:
        row = {"chain": one.chain, "ok": False, "subject": one.subject}
        yield row | ({"field": one.field} if one.field else {}) | {"what": one.what}


def _kept(
    verifier: "Verifier", heads: "list[Head]", named: str | None, found: "Found"
) -> "Iterator[dict[str, Any]]":
    """Whether each head that was kept elsewhere is still there."""
    from escalation.ledger import FirstBad

    known = {*found.heads, *found.bad}
    if named is not None and named not in known:
        what = f"there is no such chain. There are: {', '.join(sorted(known)) or 'none'}"
        if not heads:
            fail(f"--chain {named!r}: {what}.")
        yield from _vanished(heads, named, what)
        return
    for head in heads:
        chain = named or verifier.chain_of(head)
        told: dict[str, Any] = {"chain": chain, "kept": f"{head.number}:{head.digest}"}
        if chain is None:
            what = "on no chain: the end of one is cut off, or it was written anew"
            yield told | {"ok": False, "entry": head.number, "what": what}
            continue
        outcome = verifier.kept(chain, head)
        if isinstance(outcome, FirstBad):
            yield told | {"ok": False, "entry": outcome.number, "what": outcome.what}
        else:
            yield told | {"ok": True}


def _vanished(heads: "list[Head]", chain: str | None, what: str) -> "Iterator[dict[str, Any]]":
    """What was kept is on nothing any more."""
    for head in heads:
        kept = f"{head.number}:{head.digest}"
        yield {"chain": chain, "kept": kept, "ok": False, "what": what}


def _sentence(row: dict[str, Any]) -> str:
    """A finding as people read it."""
    chain = row["chain"] or "The ledger"
    if "kept" in row:
        entry = row["kept"].partition(":")[0]
        if row["ok"]:
            return f"{chain}: the head that was kept, entry {entry}, is still on it."
        kept = f"the head that was kept, entry {entry}, is not on it any more"
        where = f"; entry {row['entry']}" if "entry" in row else ""
        return f"{chain}: {kept}{where}: {row['what']}"
    if "subject" in row:
        return f"{chain}: {row['subject']} {row['what']}"
    if row["ok"]:
        return f"{chain}: {row['entries']} entries, all as written. Head {row['keep']}"
    return f"{chain}: entry {row['entry']} is not what was written: {row['what']}"


@ledger.command("export")
def export_ledger(
    chain: Annotated[
        str | None, typer.Option("--chain", help="Only this one; default: all.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", help="Only from then on, such as 2026-11-01 (UTC)."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="A file; default: the terminal.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Every entry as a line of JSON; it holds no text and no name."""
    began = _instant(since)
    if out is not None and out.exists():
        fail(f"{out} exists. Name another file, or move it away.")
    with store_at(db, config) as store, store.read() as desk:
        known = desk.chains()
        if chain is not None and chain not in known:
            fail(f"There is no chain {chain!r}. There are: {', '.join(known) or 'none yet'}.")
        wanted = known if chain is None else [chain]
        try:
            with nullcontext(sys.stdout) if out is None else out.open("w", encoding="ascii") as to:
                for line in _lines(desk, wanted, began):
                    to.write(line)
        except OSError as error:
            if out is None:
                raise
            fail(f"{out} cannot be written: {error.strerror}.")


def _lines(desk: "Unit", chains: list[str], since: datetime | None) -> "Iterator[str]":
    from dataclasses import asdict

    for chain in chains:
        for entry in desk.entries(chain, since=since):
            yield json.dumps(asdict(entry), ensure_ascii=True) + "\n"


def _instant(text: str | None) -> datetime | None:
    from datetime import UTC

    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        fail(f"--since {text[:40]!r} is no day or time. Write for example 2026-11-01.")
