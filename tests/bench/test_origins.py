"""Public sets are taken from where they are named, halved by the rule, or named and left out."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from bench import origins
from bench.origins import ORIGINS, NotTaken, Origin
from bench.sets import read_set

TEXTS = [f"post number {'abcdefghij'[i % 10] * (i + 1)} to @acme" for i in range(40)]
BODY = "".join(f"{i},{text},1,retail\n" for i, text in enumerate(TEXTS))
ACL19 = ORIGINS[0]


@pytest.fixture
def served(httpserver: HTTPServer) -> Callable[[str], str]:
    def serve(body: str) -> str:
        for address in ACL19.addresses(""):
            httpserver.expect_request(address).respond_with_data(body)
        return httpserver.url_for("").rstrip("/")

    return serve


def test_a_download_is_halved_by_the_rule(served: Callable[[str], str]) -> None:
    rows = origins.take(ACL19, served(BODY + BODY))
    wanted = [text for text in TEXTS if origins.is_measured(origins.key_of(text))]
    assert [row["text"] for row in rows] == wanted
    assert 5 < len(wanted) < 35
    assert rows[0] == {"text": wanted[0], "complaint": "1", "domain": "retail"}


def test_a_download_of_the_right_checksum_is_taken(served: Callable[[str], str]) -> None:
    pinned = ACL19._replace(sha256=(hashlib.sha256(BODY.encode()).hexdigest(),))
    assert origins.take(pinned, served(BODY))


@pytest.mark.parametrize(
    ("body", "sha256", "said"),
    [
        pytest.param(BODY, ("0" * 64,), "SHA-256", id="other bytes than were pinned"),
        pytest.param("one column\n" * 9, (), "cannot be read", id="another form"),
        pytest.param("", (), "holds no row", id="nothing"),
    ],
)
def test_what_is_not_the_set_is_left_out(
    served: Callable[[str], str], body: str, sha256: tuple[str, ...], said: str
) -> None:
    with pytest.raises(NotTaken, match=said):
        origins.take(ACL19._replace(sha256=sha256), served(body))


def test_a_download_without_end_is_left_out(
    served: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(origins, "MAX_BYTES", 100)
    with pytest.raises(NotTaken, match="larger than 100 bytes"):
        origins.take(ACL19, served(BODY))


def test_each_set_is_named_taken_or_not(served: Callable[[str], str], tmp_path: Path) -> None:
    base = served(BODY)
    first, *others = origins.fetch(tmp_path, base)
    assert first.startswith("complaints_acl19: ")
    assert first.endswith(" rows of danielpreotiuc/complaints-social-media")
    assert [line.split(":")[0] for line in others] == [one.file for one in ORIGINS[1:]]
    assert all("left out, " in line and "unreachable" in line for line in others)
    assert len(read_set(tmp_path, "complaints_acl19")) == len(origins.take(ACL19, base))
    assert next(origins.fetch(tmp_path, base)) == "complaints_acl19: there already"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        pytest.param("Hi @acme, 3 times! http://t.co/a1", "hi times", id="words alone count"),
        pytest.param("@acme 123", "@acme 123", id="of a text without words all counts"),
    ],
)
def test_what_the_rule_sees_of_a_text(text: str, key: str) -> None:
    assert origins.key_of(text) == key


@pytest.mark.parametrize("origin", ORIGINS, ids=lambda origin: origin.file)
def test_a_half_is_what_the_rule_makes(shared: Path, origin: Origin) -> None:
    path = shared / "data" / f"{origin.file}.csv.gz"
    assert hashlib.sha256(path.read_bytes()).hexdigest() == origin.half
    rows = read_set(shared / "data", origin.file)
    strange = sum(not origins.is_measured(origins.key_of(row["text"])) for row in rows)
    assert strange <= 2  # links without their "http", which once were told from words


@pytest.mark.parametrize("origin", ORIGINS, ids=lambda origin: origin.file)
def test_an_address_names_a_commit(origin: Origin) -> None:
    for address in origin.addresses():
        assert address.startswith(f"https://raw.githubusercontent.com/{origin.of}/")
        assert len(origin.at) == 40
        assert " " not in address


def test_each_form_of_file_is_read() -> None:
    files = {
        "airline": "airline_sentiment,negativereason,negativereason_confidence,airline,text\n"
        "negative,Late Flight,1,United,still at the gate\n"
        "positive,best flight,0,United,lovely\n",
        "fincorp": "Domain,Complaint/ Opinion,Complaint Label,Severity level\n"
        "Bank,no reply,1,Blame\n",
        "cesamard": "Title,Review_S,Complaint,Severity,Sarcastic,Domain\n"
        "Bad,it broke,1,Blame,no,Books\n",
        "sanders": '"Topic","Sentiment","TweetText"\n"apple","negative","it broke"\n',
    }
    read = {one.file: list(one.rows(files[one.file])) for one in ORIGINS if one.file in files}
    assert [row["reason"] for row in read["airline"]] == ["Late Flight", ""]
    assert read["fincorp"][0]["complaint"] == "1"
    assert read["cesamard"][0]["title"] == "Bad"
    assert read["sanders"][0]["sentiment"] == "negative"
    (tweeteval,) = (one for one in ORIGINS if one.file == "tweeteval_sentiment")
    rows = list(tweeteval.rows("a\nb\n", "0\n2\n", "c\n", "1\n"))
    assert [row["label"] for row in rows] == ["negative", "positive", "neutral"]
