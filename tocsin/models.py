"""Models that were learned here: files beside the store, numbered, with what they came from.

`models/NAME-3.json` is the third of the store `NAME.db`; `models/NAME.json` says which is in
force. They are data, read with care: a file that is not as written here is refused.
"""

import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from listener.grams import BUCKETS
from listener.learned import Calibration, ComplaintModel, Learned, Local, RouteModel
from tocsin.store import StoreBroken

FORMAT = 2
MAX_BYTES = 32 * 1024 * 1024

Signs = tuple[tuple[str, int, int, int], ...]  # of files: name, changed when, how large, which


class ModelBroken(StoreBroken):
    """A model's file cannot be used. The text says which, and what to do."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A model with where it came from: counts, date and figures, as they are shown.

    before  the number of the model in force before it; None: the shipped rules.
    """

    learned: Learned
    origin: Mapping[str, Any]
    before: int | None

    @property
    def erased(self) -> int:
        """How many labels had been erased when it was learned."""
        return erased_by(self.origin)


class Models:
    """The models of one store."""

    def __init__(self, store: Path) -> None:
        self._folder = store.absolute().parent / "models"
        self._name = store.stem

    @property
    def _state(self) -> Path:
        return self._folder / f"{self._name}.json"

    def _file(self, number: int) -> Path:
        return self._folder / f"{self._name}-{number}.json"

    def accepted(self) -> Stored | None:
        """The model in force, or None. Raises ModelBroken."""
        if not self._state.is_file():
            return None
        number = self._read(self._state).get("accepted")
        if number is None:
            return None
        if not isinstance(number, int) or isinstance(number, bool):
            raise _broken(self._state, '"accepted" is no number')
        return self.numbered(number)

    def numbered(self, number: int) -> Stored:
        """A model by its number. Raises ModelBroken."""
        path = self._file(number)
        row = self._read(path)
        try:
            stored = _stored(row, number)
            gone = stored.before is not None and not self._file(stored.before).is_file()
            return replace(stored, before=None) if gone else stored
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise _broken(path, f"it is not as it was written ({error})") from None

    def accept(self, learned: Learned, origin: Mapping[str, Any], *, alone: bool = False) -> Stored:
        """Write a model under the next number and put it in force.

        alone  there is no way back: what those before it came from is gone, and so are they. So
               are they where labels were erased since, whatever is said here.
        """
        now, number = self.accepted(), 1 + self._last()
        alone = alone or (now is not None and now.erased < erased_by(origin))
        before = None if alone or now is None else now.learned.number
        stored = Stored(replace(learned, number=number), origin, before)
        self._write(self._file(number), _row(stored))
        self.put(number)
        if alone:
            self._remove_all_but(number)
        return stored

    def put(self, number: int | None) -> None:
        """Put a model in force, or the shipped rules."""
        self._write(self._state, {"accepted": number, "last": self._last()})

    def drop(self) -> None:
        """Judge as shipped, and keep no model: what they came from is gone."""
        self.put(None)
        self._remove_all_but(None)

    def keep_none_of(self, erased: int) -> None:
        """Remove every model that is not in force and was learned before the last of so many
        labels was erased. One that cannot be read is left: it judges nothing."""
        now = self._accepted_number()
        for path in self._all():
            number = _number_of(path)
            try:
                is_old = number != now and self.numbered(number).erased < erased
            except ModelBroken:
                continue
            if is_old:
                path.unlink(missing_ok=True)

    def tidy(self, before: datetime) -> None:
        """Remove what a crash has left: models there is no way back to, and half-written files
        that were last changed before an instant."""
        halves = (f"{self._name}{rest}.new" for rest in ("", "-*", ".names"))
        for path in (found for half in halves for found in self._folder.glob(half)):
            if path.is_file() and path.stat().st_mtime < before.timestamp():
                path.unlink(missing_ok=True)
        try:
            last, reached = self._given(), self._reached()
        except ModelBroken:
            return  # nobody knows what somebody may still restore
        for path in self._all():
            # A number past the last is being written just now, by a command.
            if _number_of(path) not in reached and _number_of(path) <= last:
                path.unlink(missing_ok=True)

    def _reached(self) -> set[int]:
        """The numbers of the model in force and of those before it. Raises ModelBroken."""
        reached: set[int] = set()
        now = self.accepted()
        while now is not None:
            reached.add(now.learned.number)
            now = self.numbered(now.before) if now.before is not None else None
        return reached

    def _accepted_number(self) -> object:
        try:
            return self._read(self._state).get("accepted")
        except ModelBroken:
            return None

    def _last(self) -> int:
        """The highest number that was ever given: none is given twice, as judgements bear it."""
        try:
            given = self._given()
        except ModelBroken:
            given = 0
        return max((given, *(_number_of(path) for path in self._all())))

    def _given(self) -> int:
        """The last number as it was noted; 0: none was. Raises ModelBroken."""
        last = self._read(self._state).get("last")
        return last if isinstance(last, int) and not isinstance(last, bool) else 0

    def signs(self) -> Signs:
        """By what it is seen that something was put in force, or mended: of all our files."""
        found = []
        names = self._folder / f"{self._name}.names.json"
        for path in (self._state, names, *sorted(self._all())):
            try:
                stat = path.stat()
            except OSError:
                continue
            found.append((path.name, stat.st_mtime_ns, stat.st_size, stat.st_ino))
        return tuple(found)

    def _remove_all_but(self, number: int | None) -> None:
        for path in self._all():
            if _number_of(path) != number:
                path.unlink(missing_ok=True)

    def _all(self) -> list[Path]:
        found = self._folder.glob(f"{self._name}-*.json") if self._folder.is_dir() else ()
        return [path for path in found if path.stem.rpartition("-")[2].isdigit()]

    def _write(self, path: Path, row: Mapping[str, Any]) -> None:
        """Whole or not at all: a crash leaves the file that was there."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        fresh = path.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(row, file, indent=1, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)

    def _read(self, path: Path) -> dict[str, Any]:
        try:
            if path.stat().st_size > MAX_BYTES:
                raise _broken(path, f"it is larger than {MAX_BYTES} bytes")
            row = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise _broken(path, f"it cannot be read ({type(error).__name__})") from None
        if not isinstance(row, dict):
            raise _broken(path, "it is no object")
        return row


def erased_by(origin: Mapping[str, Any]) -> int:
    """How many labels had been erased, as an origin says."""
    known = origin.get("erased")
    return known if isinstance(known, int) else 0


def _number_of(path: Path) -> int:
    return int(path.stem.rpartition("-")[2])


def _broken(path: Path, what: str) -> ModelBroken:
    return ModelBroken(
        f"The learned model {path} cannot be used: {what}. Restore it from a backup, or remove "
        f"{path.parent} to judge as shipped and learn anew."
    )


def _row(stored: Stored) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "buckets": BUCKETS,
        "before": stored.before,
        "origin": dict(stored.origin),
        "complaint": asdict(stored.learned.complaint) if stored.learned.complaint else None,
        "route": asdict(stored.learned.route) if stored.learned.route else None,
    }


def _stored(row: Mapping[str, Any], number: int) -> Stored:
    if row["format"] != FORMAT or row["buckets"] != BUCKETS:
        raise ValueError("another version wrote it")
    complaint = _complaint(row["complaint"]) if row["complaint"] else None
    route = _route(row["route"]) if row["route"] else None
    before = row["before"]
    if before is not None and (not isinstance(before, int) or not 0 < before < number):
        raise ValueError('"before" is no earlier model')
    return Stored(Learned(number, complaint, route), dict(row["origin"]), before)


def _complaint(row: Mapping[str, Any]) -> ComplaintModel:
    scale, own = row["calibration"], row["local"]
    local = Local(_weights(own["weights"])) if own else None
    return ComplaintModel(
        Calibration(_number(scale["slope"]), _number(scale["offset"])),
        local,
        _number(row["complaint_from"]),
        _number(row["unsure_from"]),
    )


def _route(row: Mapping[str, Any]) -> RouteModel:
    return RouteModel(
        {str(team): _weights(weights) for team, weights in row["weights"].items()},
        {str(team): _number(prior) for team, prior in row["priors"].items()},
        {str(team): _number(trust) for team, trust in row["trust"].items()},
        _number(row["scale"]),
    )


def _weights(row: Mapping[str, Any]) -> dict[int, float]:
    found = {int(bucket): _number(weight) for bucket, weight in row.items()}
    if any(not 0 <= bucket < BUCKETS for bucket in found):
        raise ValueError("a bucket that there is not")
    return found


def _number(value: object) -> float:
    """A number that cannot make a judgement infinite."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a value is no number")
    if not math.isfinite(value) or abs(value) > 1e6:
        raise ValueError("a number is too large")
    return float(value)
