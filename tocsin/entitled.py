"""What a subject is called where nothing else says what it is about: `Case 2 (billing, Acme)`,
`Fault 5 (source shop)`."""

from collections.abc import Sequence

from escalation import encode
from escalation.subject import Case, Fault, Incident, Ref
from tocsin.store import Unit

MAX_ABOUT = 40  # characters of topic and brand; a subject line has 70, and says more than that


def entitled(desk: Unit, ref: Ref) -> str:
    """With its topic and brand, where it is a case or an incident; a fault with what fails; else
    by its number alone."""
    subject = desk.subject(ref) if ref.kind in (Case.kind, Incident.kind, Fault.kind) else None
    name = ref.outside.replace(":", " ").capitalize()
    if subject is None:
        return name
    parts: tuple[str | None, ...] = (subject.topic, subject.brand)
    if isinstance(subject, Fault):
        parts = (subject.about.replace(":", " ", 1),)
    about = ", ".join(encode.one_line(one) for one in parts if one)
    return f"{name} ({encode.cut(about, MAX_ABOUT - len(name))})" if about else name


def listed(desk: Unit, refs: Sequence[Ref]) -> str:
    """Several in one line, each once: `case 2 (billing, Acme), case 3 (delivery, Acme)`."""
    names = (entitled(desk, ref) for ref in dict.fromkeys(refs))
    return ", ".join(f"{name[:1].lower()}{name[1:]}" for name in names)
