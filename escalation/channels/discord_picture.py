"""A message of Discord's with a picture: a form of two parts, its fields and the file."""

import hashlib
from typing import Any

from escalation import encode
from escalation.channel import Picture
from escalation.channels.posting import packed

MAX_ALT = 1024  # characters (docs.discord.com, "Attachment object": description)


def shown(made: dict[str, Any], picture: Picture) -> tuple[bytes, str]:
    """The body and its kind (docs.discord.com, "Uploading files")."""
    alt = encode.cut(encode.one_line(picture.alt), MAX_ALT)
    file = {"id": 0, "filename": picture.name, "description": alt}
    fields = packed({**made, "attachments": [file]})
    # Its end is not in either part: who sends the same twice sends the same bytes.
    end = f"picture-{hashlib.sha256(fields + picture.png).hexdigest()}".encode()
    head = b'Content-Disposition: form-data; name="%s"'
    named = head % b"files[0]" + f'; filename="{picture.name}"'.encode()
    parts = (
        (head % b"payload_json", b"application/json", fields),
        (named, b"image/png", picture.png),
    )
    body = b"".join(
        b"--%s\r\n%s\r\nContent-Type: %s\r\n\r\n%s\r\n" % (end, said, kind, content)
        for said, kind, content in parts
    )
    return b"%s--%s--\r\n" % (body, end), f"multipart/form-data; boundary={end.decode()}"
