"""Encoders: text from strangers, made safe for one kind of output each.

Text is kept raw and encoded at the door of each output, never earlier and never by gluing
strings. Every encoder first makes the text `legible`, so that none of them can forget it.
"""

import html as _html
import re
import unicodedata

from escalation.copyable import spared

ELLIPSIS = "…"
REPLACEMENT = "\ufffd"
MAX_MARKS = 4  # combining marks on one letter; Vietnamese and Thai need three, "zalgo" dozens

_LINE_ENDS = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
# ECMA-48 control sequences, whole, so that no debris such as "[31m" is left in the text.
_SEQUENCE = re.compile("(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]")
# C0, C1, lone surrogates and non-characters: none may reach a terminal, XML or UTF-8.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(
        f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17)
    )
    + "]+"
)
# Bidirectional controls, zero-width and tag characters, fillers and the blank Braille cell.
# The Arabic and Kaithi number signs are of the same Unicode category (Cf) but visible: they stay.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_JOINERS = "\u200c\u200d"
_EMOJI_STYLES = "\ufe0e\ufe0f"
_KEYCAP = "\u20e3"


def legible(text: str, *, lines: bool = False) -> str:
    """Return valid, visible text: the first step of every encoder.

    Control sequences vanish, other control characters, lone surrogates and non-characters
    become U+FFFD, bidirectional and invisible characters vanish (joiners stay inside emoji and
    in scripts that need them), no letter carries more than `MAX_MARKS` marks.
    lines   keep line ends, as a newline each, and tabs; otherwise both become blanks.
    """
    text = _FORBIDDEN.sub(REPLACEMENT, _SEQUENCE.sub("", text))
    text = _LINE_ENDS.sub("\n" if lines else " ", text)
    if not lines:
        text = text.replace("\t", " ")
    if text.isascii():
        return text
    kept = _INVISIBLE.sub(lambda found: found[0] if _is_needed(found) else "", text)
    return _without_towers(kept)


def _is_needed(found: re.Match[str]) -> bool:
    """Whether an invisible character does honest work where it stands."""
    text, place = found.string, found.start()
    before = text[place - 1] if place else ""
    after = text[place + 1 : place + 2]
    if found[0] in _JOINERS:
        return _may_join(before) and _may_join(after)
    if found[0] in _EMOJI_STYLES:
        return after == _KEYCAP or (before > "\x7f" and unicodedata.category(before)[0] in "SP")
    return False


def _may_join(character: str) -> bool:
    """Joiners belong between emoji, or letters of scripts from Arabic on; never in Latin words.

    The signs that style an emoji are marks (Mn) and may stand before a joiner.
    """
    if character < "\u0600":
        return False
    return unicodedata.category(character) in ("Lo", "Mn", "Mc", "So", "Sk")


def _without_towers(text: str) -> str:
    marks = 0
    kept = []
    for character in text:
        is_mark = character > "\u02ff" and unicodedata.category(character) in ("Mn", "Me")
        marks = marks + 1 if is_mark else 0
        if marks <= MAX_MARKS:
            kept.append(character)
    return "".join(kept)


def one_line(text: str) -> str:
    """Fold text to one line of single blanks: for headlines, headers, log fields, table cells."""
    return " ".join(legible(text).split())


def terminal(text: str, *, lines: bool = False) -> str:
    """Text for a terminal or a log: no control byte but, with `lines`, the newline."""
    return legible(text, lines=lines).replace("\t", "    ")


_AT_EVERYONE = re.compile(r"@(?=(?:channel|here|everyone|group)(?![^\W_]))", re.IGNORECASE)


def slack_plain(text: str, *, lines: bool = False) -> str:
    """Text for a Slack `plain_text` object.

    Slack reads &, < and > in every text object; only these three are to be escaped
    (docs.slack.dev, "Formatting message text"). A full-width ＠ says "@here" to a reader and
    nothing to Slack.
    """
    shown = _html.escape(legible(text, lines=lines), quote=False)
    return _AT_EVERYONE.sub("＠", shown)


# Slack's mark-up has no escape for these, so look-alikes stand in for them.
_SLACK_MARKS = str.maketrans({"*": "∗", "`": "ˋ", "~": "∼"})
_SLACK_EMPHASIS = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_SLACK_EMOJI = re.compile(r":(?=[a-z0-9_+'-]{1,64}:)")


def slack_mrkdwn(text: str, *, lines: bool = False) -> str:
    """Text for a Slack `mrkdwn` object: no mention, link, emoji or formatting of a stranger's.

    Send it with `verbatim: true`, so that Slack links nothing by itself.
    """
    return spared(slack_plain(text, lines=lines).translate(_SLACK_MARKS), _slack_unmarked)


def _slack_unmarked(text: str) -> str:
    return _SLACK_EMOJI.sub("∶", _SLACK_EMPHASIS.sub("＿", text))


_HOST_DOT = re.compile(r"(?<=\w)\.(?=[^\W\d_])")  # a last part begins with a letter
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|www\.", re.IGNORECASE)


def unlinked(text: str, *, lines: bool = False) -> str:
    """Plain text for an output that links by itself whatever looks like an address.

    It reads the same: a look-alike stands for the dot before a name's last part, in a number that
    is an address, and for the slashes behind a scheme. Nobody but ourselves is called at once.
    """
    return spared(legible(text, lines=lines), _unlinked)


def _unlinked(text: str) -> str:
    shown = _AT_EVERYONE.sub("＠", text).replace("://", ":∕∕")
    shown = _ADDRESS.sub(lambda found: found[0].replace(".", "․"), shown)
    return _HOST_DOT.sub("․", shown)


# What means anything in the mark-up of any chat that we know of.
_INERT = str.maketrans(
    {"*": "∗", "_": "＿", "`": "‵", "~": "∼", "[": "［", "]": "］", "<": "‹", ">": "›", "|": "｜",
     "#": "＃", "@": "＠", "\\": "＼"}
)  # fmt: skip
_INERT_START = re.compile(r"^(\s*)(?:([-+=/!.])|(\d{1,9})([.)]))", re.MULTILINE)
_START_LIKE = {"-": "‑", "+": "＋", "=": "＝", "/": "∕", "!": "！", ".": "․", ")": "）"}


def inert(text: str, *, lines: bool = False) -> str:
    """Text for an output whose mark-up we do not know, because it hands the text on: no link,
    mention, command or formatting of any chat's. Look-alikes stand for the signs of those."""
    shown = spared(unlinked(text, lines=lines), _unmarked)
    return _INERT_START.sub(_inert_start, shown)


def _unmarked(text: str) -> str:
    return _SLACK_EMOJI.sub("∶", text.translate(_INERT))


def _inert_start(found: re.Match[str]) -> str:
    sign = found[2] or found[4]
    return f"{found[1]}{found[3] or ''}{_START_LIKE[sign]}"


def html(text: str, *, lines: bool = False) -> str:
    """Text for HTML, between tags or in a quoted attribute. Not for `href`, script or style."""
    return _html.escape(legible(text, lines=lines), quote=True)


# Where a client that links by itself sees a link, a mention or a name begin. Look-alikes stand in:
# a ratio for the colon of a scheme, an id or a port, a one-dot
# leader for the dot of a host, a full-width sign for the @ of an address and of "@room".
_COLON = re.compile(r":(?=\S)")
_DOT = re.compile(r"(?<=\S)\.(?=[^\W\d_])|(?<=\d)\.(?=\d{1,3}(?:\.\d{1,3}){2})")
_AT_ADDRESS = re.compile(r"(?<=[\w.+-])@(?=\S)|@(?=room)", re.IGNORECASE)
_LOCALHOST = re.compile(r"(?<=loca)l(?=host)", re.IGNORECASE)


def matrix(text: str, *, lines: bool = False) -> str:
    """Text for a Matrix `body`, in which no client finds an address, an id or a name to link.

    Clients link plain text by themselves (Element: linkifyjs, its shared component `linkify`), and
    no mark-up tells all of them not to.
    """
    return spared(legible(text, lines=lines), _matrix)


def _matrix(text: str) -> str:
    shown = _COLON.sub("∶", text)
    return _LOCALHOST.sub("\u217c", _AT_ADDRESS.sub("＠", _DOT.sub("․", shown)))


def matrix_html(text: str, *, lines: bool = False) -> str:
    """The same for a Matrix `formatted_body`, between tags: mark-up shows as it was written."""
    return _html.escape(matrix(text, lines=lines), quote=True)


_MARKDOWN_SPECIAL = re.compile(r"([\\`*_\[\]{}|~!#$:@^])")
_MARKDOWN_START = re.compile(r"^([-+=]|\d{1,9}(?=[.)]))")
_MARKDOWN_WWW = re.compile(r"(www)\.", re.IGNORECASE)


def markdown(text: str, *, lines: bool = False) -> str:
    """Text for Markdown (CommonMark and GitHub's): rendered, it reads as it was written.

    Blank lines vanish and the others end in a hard break, so that the text stays one paragraph.
    """
    parts = [line.strip() for line in legible(text, lines=lines).split("\n")]
    return "\\\n".join(_markdown_line(part) for part in parts if part)


def _markdown_line(line: str) -> str:
    number = _MARKDOWN_START.match(line)
    head, rest = (number[0], line[number.end() :]) if number else ("", line)
    # A digit cannot be escaped, so for "1." it is the dot that is.
    start = f"{head}\\" if head.isdigit() else f"\\{head}" if head else ""
    rest = _html.escape(rest, quote=False)
    # Entities hold no special character but "&" and ";", so escaping afterwards leaves them whole.
    return start + _MARKDOWN_WWW.sub(r"\1\\.", _MARKDOWN_SPECIAL.sub(r"\\\1", rest))


# What a spreadsheet takes for a formula: the four signs, their full-width forms, also behind
# blanks and behind the delimiters at which a spreadsheet may split the cell once more.
_FORMULA = re.compile(r"(?:[\s\ufeff;,|\"']|%0[AaDd])*[=+\-@＝＋－＠]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NUMBER = re.compile(r"[+-]?\d[\d ]*(?:[.,]\d+)?")


def csv_cell(text: str) -> str:
    """Text for a CSV cell that a spreadsheet opens as text; write it with `csv.writer`.

    A cell that would be a formula gets a leading apostrophe; `csv_value` takes it off again.
    Lone surrogates become U+FFFD, because no file could hold them.
    """
    text = _SURROGATE.sub(REPLACEMENT, text)
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def csv_value(cell: str) -> str:
    """Return the text of which `csv_cell` made this cell."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell, 1) else cell


_OPEN_ENTITY = re.compile(r"&[#A-Za-z0-9]{0,31}\Z")


def cut(text: str, limit: int) -> str:
    """Return text of at most `limit` characters, marked with "…" where something is left out.

    Never cuts inside what a reader takes for one character (a letter with its marks, an emoji
    sequence, a flag), nor inside an HTML entity or a backslash escape, so that encoded text may
    be cut. Where the first "character" alone is longer than that, only the mark is left.
    """
    if len(text) <= limit:
        return text
    if limit <= 0:
        return ""
    place = limit - len(ELLIPSIS)
    while place > 0 and _is_inside(text, place):
        place -= 1
    kept = text[:place]
    entity = _OPEN_ENTITY.search(kept)
    if entity and ";" in text[place : place + 32]:
        kept = kept[: entity.start()]
    if (len(kept) - len(kept.rstrip("\\"))) % 2:
        kept = kept[:-1]
    return kept.rstrip() + ELLIPSIS


def cut_bytes(text: str, limit: int) -> str:
    """The same for an output that counts bytes of UTF-8; `text` is legible, `limit` at least 3."""
    raw = text.encode()
    if len(raw) <= limit:
        return text
    kept = raw[: limit - len(ELLIPSIS.encode())].decode(errors="ignore")
    # The blank makes it longer than that, where all that is too much is its last character.
    return cut(f"{text} ", len(kept) + len(ELLIPSIS))


def _is_inside(text: str, place: int) -> bool:
    """Whether a cut before `place` would part one visible character (after Unicode's annex 29)."""
    before, after = text[place - 1], text[place]
    if before < "\u0300" and after < "\u0300":
        return before == "\r" and after == "\n"
    if unicodedata.category(after)[0] == "M" or after in _JOINERS or before == "\u200d":
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return True
    if _is_flag_half(before) and _is_flag_half(after):
        return _flag_halves_before(text, place) % 2 == 1
    return "\ud800" <= before <= "\udbff" and "\udc00" <= after <= "\udfff"


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flag_halves_before(text: str, place: int) -> int:
    start = place
    while start > 0 and _is_flag_half(text[start - 1]):
        start -= 1
    return place - start
