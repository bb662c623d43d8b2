"""Models that were learned here: files beside the store, numbered, with what they came from.

`models/NAME-3.json` is the third of the store `NAME.db`; `models/NAME.json` says which is in
force. They are data, read with care: a file that is not as written here is refused.
"""

import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from listener.grams import BUCKETS
from listener.learned import Calibration, ComplaintModel, Learned, Local, RouteModel
from tocsin.store import StoreBroken

FORMAT = 1
MAX_BYTES = 32 * 1024 * 1024


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
            return _stored(row, number)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise _broken(path, f"it is not as it was written ({error})") from None

    def accept(self, learned: Learned, origin: Mapping[str, Any], *, alone: bool = False) -> Stored:
        """Write a model under the next number and put it in force.

        alone  there is no way back: what those before it came from is gone, and so are they.
        """
        now = self.accepted()
        number = 1 + self._last()
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

    def _last(self) -> int:
        """The highest number that was ever given: none is given twice, as judgements bear it."""
        try:
            last = self._read(self._state).get("last")
        except ModelBroken:
            last = None
        given = [last] if isinstance(last, int) and not isinstance(last, bool) else []
        return max((*given, *(_number_of(path) for path in self._all())), default=0)

    def signs(self) -> tuple[int, int, int] | None:
        """By what it is seen that another model was put in force; None: none ever was."""
        try:
            found = self._state.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

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
