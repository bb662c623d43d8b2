"""Only public addresses are reached, however they are written."""

import json
import tomllib
from pathlib import Path

import pytest

from listener.wire import AddressRefused
from tocsin.addresses import check_addresses, check_target, is_public, target_of, wrong_place


@pytest.mark.parametrize(
    ("address", "public"),
    [
        pytest.param("93.184.216.34", True, id="an ordinary address is public"),
        pytest.param("2606:2800:220:1::1", True, id="so is an ordinary IPv6 address"),
        pytest.param("127.0.0.1", False, id="loopback is not"),
        pytest.param("10.1.2.3", False, id="nor is a private network"),
        pytest.param("169.254.169.254", False, id="nor is the metadata service"),
        pytest.param("100.64.0.1", False, id="nor is a carrier's inner network"),
        pytest.param("192.0.0.192", False, id="nor is a protocol assignment"),
        pytest.param("224.0.0.1", False, id="nor is multicast"),
        pytest.param("240.0.0.1", False, id="nor is a reserved block"),
        pytest.param("::ffff:10.0.0.1", False, id="a mapped private address stays private"),
        pytest.param("::ffff:93.184.216.34", True, id="a mapped public address stays public"),
        pytest.param("2002:7f00:1::", False, id="6to4 around loopback is refused"),
        pytest.param("2002:5db8:d822::", True, id="6to4 around a public address is public"),
        pytest.param("64:ff9b::7f00:1", False, id="NAT64 around loopback is refused"),
        pytest.param("64:ff9b::5db8:d822", True, id="NAT64 around a public address is public"),
        pytest.param("::7f00:1", False, id="the old compatible form is refused"),
        pytest.param("2001:0:1::1", False, id="a Teredo address is refused"),
        pytest.param("fe80::1%eth0", False, id="a link-local address is refused"),
        pytest.param("fec0::1", False, id="a site-local address is refused"),
        pytest.param("not an address", False, id="what cannot be read is refused"),
    ],
)
def test_is_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("url", "why"),
    [
        pytest.param("ftp://a.example/", "only http", id="another scheme"),
        pytest.param("http://me:pass@a.example/", "user name", id="a user name in the address"),
        pytest.param("http://a.example:22/", "port", id="a port of another service"),
        pytest.param("http://a .example/", "blanks", id="a blank"),
        pytest.param("http:///x", "no host", id="no host"),
        pytest.param("http://127.1/", "number", id="a short form of loopback"),
        pytest.param("http://printer.local/", "private name", id="a name of the own network"),
        pytest.param("http://a.example/" + "x" * 9000, "too long", id="an endless address"),
    ],
)
def test_an_odd_address_is_refused_before_it_is_looked_up(url: str, why: str) -> None:
    with pytest.raises(AddressRefused, match=why):
        check_target(target_of(url), frozenset())


def test_a_refusal_never_repeats_the_query_or_a_password() -> None:
    for url in ("http://me:hunter2@a.example/", "http://a.example:22/?key=hunter2"):
        with pytest.raises(AddressRefused) as refused:
            check_target(target_of(url), frozenset())
        assert "hunter2" not in str(refused.value)


def test_a_private_host_is_reached_where_the_operator_declared_it() -> None:
    target = target_of("http://localhost:9000/hook")
    allowed = frozenset({"localhost:9000"})
    check_target(target, allowed)
    check_addresses(target, ["127.0.0.1"], allowed)
    with pytest.raises(AddressRefused):
        check_target(target, frozenset({"localhost:9001"}))


def test_one_private_answer_among_public_ones_is_enough_to_refuse() -> None:
    target = target_of("https://rebind.example/")
    with pytest.raises(AddressRefused, match=r"rebind\.example:443"):
        check_addresses(target, ["93.184.216.34", "127.0.0.1"], frozenset())


def test_every_hostile_address_on_the_list_is_refused(shared: Path) -> None:
    lines = (shared / "data/hostile/ssrf_urls.jsonl").read_text().splitlines()
    entries = [entry for entry in map(json.loads, lines) if "url" in entry]
    for entry in entries:
        rounds = entry.get("dns_answers") or [["public"]]
        denied = [_refused(entry["url"], answers) for answers in rounds]
        if entry["expect"].startswith("allow"):
            assert denied == [False], entry
        elif "dns_answers" in entry:
            private = [any(answer != "public" for answer in answers) for answers in rounds]
            assert denied == private, entry
        else:
            assert denied == [True], entry
    assert len(entries) > 60


def _refused(url: str, answers: list[str]) -> bool:
    """Whether the address is refused when its name resolves as told, or to itself if it is one."""
    try:
        target = target_of(url)
        check_target(target, frozenset())
        found = ["93.184.216.34" if answer == "public" else answer for answer in answers]
        if target.host.replace(".", "").isdigit() or ":" in target.host:
            found = [target.host]
        check_addresses(target, found, frozenset())
    except AddressRefused:
        return True
    return False


def judged(url: str, allowed: frozenset[str]) -> None:
    check_target(target_of(url), allowed)
    check_addresses(target_of(url), ["127.0.0.1"], allowed)


def test_what_is_refused_as_private_names_the_line_that_lets_it_be_reached() -> None:
    for url in ("http://127.0.0.1:18902/feed?key=hunter2", "http://desk.internal:8443/"):
        with pytest.raises(AddressRefused) as caught:
            judged(url, frozenset())
        said = str(caught.value)
        line = said[said.index("private_hosts = ") :]
        (place,) = tomllib.loads(line)["private_hosts"]
        judged(url, frozenset({place}))
        assert wrong_place(place) is None
        assert "hunter2" not in said


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("127.0.0.1", 'no port: write it behind the host, such as "127.0.0.1:80"'),
        ("desk.internal", "no port"),
        ("http://127.0.0.1:18901", 'write "127.0.0.1:18901"'),
        ("https://desk.internal/x", 'write "desk.internal:443"'),
        ("http://me:hunter2@desk.internal", 'write "desk.internal:80"'),
        ("10.0.0.0/8", "a network cannot be declared"),
        ("desk.internal:8443/hook", 'write "desk.internal:8443"'),
        ("desk.internal:99999", "no such port"),
        (" desk.internal:8443", 'write "desk.internal:8443"'),
        ("fd00::1", "no host with a port"),
        ("*.internal:80", "no host with a port"),
        ("", "no host with a port"),
    ],
)
def test_an_entry_that_would_let_nothing_be_reached_says_what_to_write(
    entry: str, why: str
) -> None:
    said = wrong_place(entry)
    assert said is not None
    assert why in said


@pytest.mark.parametrize(
    "entry", ["127.0.0.1:8008", "Desk.internal:8443", "[fd00::1]:443", "127.0.0.1:80"]
)
def test_an_entry_that_lets_its_host_be_reached_is_none_to_mend(entry: str) -> None:
    assert wrong_place(entry) is None
