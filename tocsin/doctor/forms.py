"""Whether the anonymous form answers: it is a process of its own, and may be down by itself."""

import http.client
from collections.abc import Iterator

from config import Settings
from listener.collectors.form import forms_of
from tocsin.doctor.finding import Finding, note, problem, sound

SECONDS = 2.0


def examine(settings: Settings) -> Iterator[Finding]:
    """Ask each form, on this machine alone, how it is."""
    for form in forms_of(settings.sources):
        about = f"source {form.name}"
        status = _status(form.listen)
        if status == 200:
            yield sound(about, f"The form answers on {form.listen}.")
        elif status == 503:
            yield problem(
                about,
                f"The form runs and can keep nothing: look at the rights and the room of "
                f"{form.folder}, and whether the daemon reads it.",
            )
        elif status is None:
            yield problem(about, f"No form answers on {form.listen}: start tocsin form.")
        else:
            yield problem(about, f"Something else than our form answers on {form.listen}.")
        if not form.addresses:
            yield note(about, "It has no addresses, so it answers on this machine alone.")


def _status(listen: str) -> int | None:
    host, _, port = listen.rpartition(":")
    line = http.client.HTTPConnection(host.strip("[]"), int(port), timeout=SECONDS)
    try:
        line.request("GET", "/healthz", headers={"Host": "localhost"})
        return line.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        line.close()
