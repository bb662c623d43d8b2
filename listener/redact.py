"""A post's text without what says who wrote it, for a reader outside this house.

Names, handles, addresses, numbers and links are replaced by a word in brackets. What is returned
is the folded copy (`listener.folding`): one case, one width, nothing invisible, so that a number
in disguise is a number. Too much is taken out rather than too little.
"""

import re

from listener.folding import fold
from listener.mention import Author

MAX_SHOWN = 2_000  # characters; what a post wants is said by then
_SHORTEST_NAME = 2  # letters; a single one is no name that could be looked for

# Words after which an identifier stands, and how it is announced.
_IDENTIFIED = (
    "order|booking|reservation|reference|ref|ticket|case|invoice|account|customer|member|"
    "tracking|policy|confirmation|contract|membership|loyalty|serial|passport|"
    "bestellung|bestellnummer|buchung|rechnung|kundennummer|sendung|vertrag|"
    "commande|facture|dossier|pedido|reserva|factura|cliente"
)
_ANNOUNCED = r"(?: (?:number|numero|nummer|num|nr|id|code|ref|reference|no(?=[ .:#]*\S*\d)))++"
_TLDS = "com|net|org|info|biz|io|co|app|shop|me|de|at|ch|fr|es|it|nl|be|pt|eu|uk|us|ca|au|in"
_STREETS = "street|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd|court|square|terrace"

# Every rule begins where a word begins and each of its quantifiers is bounded or possessive: no
# text takes more than a few passes.
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), f"[{what}]")
    for pattern, what in (
        (r"(?:https?|ftp)://\S++|\bwww\.\S++|\bmailto:\S++", "link"),
        (r"(?<!\S)@[^\s@]{1,80}+@\S++", "person"),
        (r"(?<![^\s(<\[:;,])[^\s@(<\[:;,]{1,80}+@\S++", "address"),
        (
            r"(?<![\w.+-])[\w.+-]{1,64}+ ?(?:\(at\)|\[at\]|\{at\}| at ) ?[\w-]{1,63}+"
            rf"(?: ?(?:\(dot\)|\[dot\]|\{{dot\}}| dot ) ?| ?\. ?)(?:{_TLDS})\b",
            "address",
        ),
        (r"@[^\s@,;:!?()]++", "person"),
        (r"(?<![\w/])/?u/[\w-]++", "person"),
        (
            r"\b(?:my name is|my name's|i am called|mein name ist|ich heisse|je m'?appelle|"
            r"mon nom est|me llamo|mi nombre es) [^\s,.;!?]{1,40}+(?: [^\s,.;!?]{1,40}+)?",
            "person",
        ),
        (
            rf"(?<![\w.-])[\w-]{{1,63}}+(?:\.[\w-]{{1,63}}+){{0,4}}?\.(?:{_TLDS})\b(?:/\S*+)?",
            "link",
        ),
        (rf"(?<!\w)\d{{1,5}}[a-z]? (?:[^\W\d]{{1,30}}+ ){{1,3}}(?:{_STREETS})\b", "place"),
        (r"(?<!\w)[^\W\d]{0,40}(?:str|strasse|weg|platz|allee|gasse)\.? \d{1,4}[a-z]?\b", "place"),
        (r"(?<!\w)[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}\b", "place"),
        (
            r"(?<!\w)[a-z]{2}\d{2}[ .-]?[a-z0-9]{4}"
            r"(?:[ .-]?(?=[a-z]{0,3}\d)[a-z0-9]{1,4}){2,8}(?!\w)",
            "number",
        ),
        (
            rf"\b(?:{_IDENTIFIED})(?:{_ANNOUNCED}|(?= ?[:#]))(?: is| ist| est| es)?"
            r"[ .:#]{1,4}[^\s,;!?]{1,40}+",
            "number",
        ),
        (rf"\b(?:{_IDENTIFIED})(?: is)? (?=[^\s\d]{{0,20}}\d)\S++", "number"),
        (r"\b(?:pnr|locator)(?: is|:| :)? [^\s,;!?]{1,40}+", "number"),
        (r"#?(?<!\d)\+?\(?\d(?:[ ./()-]{0,2}\d){5,30}", "number"),
        (r"(?<!\S)[^\s\d]{0,20}+\d(?:[^\s\d]{0,20}+\d){3,30}\S*+", "number"),
        (r"#\d++", "number"),
    )
)


def redacted(text: str, author: Author) -> str:
    """Return what of a text may be shown outside: at most MAX_SHOWN characters, one line.

    author  who wrote it: their name, handle and id are taken out wherever they stand as words.
    Never raises. What a person says of themselves in words ("the only dentist in Ely") stays:
    no rule can know it.
    """
    shown = fold(text)
    if len(shown) > 2 * MAX_SHOWN:  # at a blank: half of a name would not be known
        shown = shown[: 2 * MAX_SHOWN].rpartition(" ")[0]
    for rule, what in _RULES:
        shown = rule.sub(what, shown)
    for name in _names_of(author):
        shown = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "[person]", shown)
    return shown[:MAX_SHOWN]


def _names_of(author: Author) -> list[str]:
    """The author's names as they would stand in a folded text, the longest first."""
    whole = [fold(name).strip("@ ") for name in (author.name, author.handle, author.id)]
    parts = [part for name in whole for part in re.split(r"[\s._@-]+", name)]
    names = {name for name in (*whole, *parts) if len(name) >= _SHORTEST_NAME}
    return sorted(names, key=lambda name: (-len(name), name))
