"""Forty and more ways to get a file wrong, and the exact line that each is answered with."""

from collections.abc import Callable
from pathlib import Path

import pytest

from config.load import Catalogue, load
from config.problems import ConfigProblems

BASE = """\
fallback_executive = "grace"
[[brands]]
name = "Acme"
[[people]]
name = "ada"
contacts = [{ channel = "slack", to = "U1" }]
[[people]]
name = "grace"
contacts = [{ channel = "slack", to = "U2" }]
[[teams]]
name = "care"
members = ["ada", "grace"]
owns = ["billing"]
[[channels]]
kind = "slack"
"""


def change(sentence: str, old: str, new: str, answer: str) -> object:
    """A row: what is wrong, the text that is replaced (at the end: ""), by what, the answer."""
    text = BASE.replace(old, new, 1) if old else BASE + new
    assert text != BASE, sentence
    return pytest.param(text, answer, id=sentence)


def below(sentence: str, line: str, added: str, answer: str) -> object:
    """A row in which something is added below a line."""
    return change(sentence, line, line + added, answer)


# Lines of BASE that rows change or add to.
EXECUTIVE = 'fallback_executive = "grace"\n'
BRAND = '[[brands]]\nname = "Acme"\n'
ADA = 'name = "ada"\n'
GRACE = 'name = "grace"\n'
ADAS_CONTACT = 'contacts = [{ channel = "slack", to = "U1" }]\n'
GRACES_CONTACT = 'contacts = [{ channel = "slack", to = "U2" }]\n'
MEMBERS = 'members = ["ada", "grace"]\n'
TOPICS = 'owns = ["billing"]\n'
SLACK = 'kind = "slack"\n'
TEAM = 'name = "care"\n'

WRONG = [
    below(
        "the quotes of a word processor",
        EXECUTIVE,
        "triage = \u201ccare\u201d\n",
        '2: this is not TOML: these are not the quotes it knows. Write straight ones: "',
    ),
    below(
        "quiet hours as one text",
        ADA,
        'quiet = "22:00-07:00"\n',
        '6: person "ada", quiet: must be a table. Write { from = "22:00", to = "07:00" }',
    ),
    below(
        "an hour of one digit",
        ADA,
        'quiet = { from = "8:30" }\n',
        '6: person "ada", quiet.from: must be a time of day. Write "08:30"',
    ),
    below(
        "text without quotes",
        EXECUTIVE,
        "triage = care\n",
        "2: this is not TOML: no value that TOML knows. Put text in quotes, or close the list "
        "above with ]",
    ),
    below(
        "a text that does not end",
        EXECUTIVE,
        'triage = "care\n',
        "2: this is not TOML: a text that does not end on its line. Close the quotes",
    ),
    below(
        "a key without a value",
        EXECUTIVE,
        "triage\n",
        '2: this is not TOML: a key without =. Write key = "value"',
    ),
    below(
        "a key given twice",
        EXECUTIVE,
        EXECUTIVE,
        "2: this is not TOML: a key that is given twice. Remove one of them",
    ),
    change(
        "a list that does not end",
        MEMBERS,
        'members = ["ada",\n',
        "13: this is not TOML: no value that TOML knows. Put text in quotes, or close the list "
        "above with ]",
    ),
    change(
        "a table declared twice",
        "",
        "[digest]\n[digest]\n",
        "17: this is not TOML: a table that is declared twice. Join the two, or use [[...]]",
    ),
    below(
        "a backslash from a Windows path",
        EXECUTIVE,
        'database = "C:\\data\\t.db"\n',
        "2: this is not TOML: a \\ that means nothing. Use single quotes, or write \\\\",
    ),
    change(
        "no fallback executive",
        EXECUTIVE,
        "",
        '1: "fallback_executive" is missing. Add fallback_executive = "NAME": the person with '
        "whom every ladder ends",
    ),
    change(
        "no people at all",
        '[[people]]\nname = "ada"\ncontacts = [{ channel = "slack", to = "U1" '
        '}]\n[[people]]\nname = "grace"\ncontacts = [{ channel = "slack", to = "U2" }]\n',
        "",
        '1: "people" is missing. Add [[people]] with name = "…" and contacts: who can own a case',
    ),
    below(
        "an unknown key at the head",
        EXECUTIVE,
        'fallback_exec = "ada"\n',
        '2: fallback_exec: unknown key. Did you mean "fallback_executive"?',
    ),
    below(
        "an unknown key in a table",
        BRAND,
        'trems = ["acme"]\n',
        '4: brand "Acme", trems: unknown key. Did you mean "terms"?',
    ),
    below(
        "a key like no other",
        BRAND,
        "zzz = 1\n",
        '4: brand "Acme", zzz: unknown key. '
        "Known keys: accounts, backlash_after, bots, competitors, exclude, name, near, not_near, "
        "query, sensitivity, silent_many, team and more.",
    ),
    below(
        "a key of the head below a table",
        BRAND,
        'timezone = "UTC"\n',
        '4: brand "Acme", timezone: unknown key. It belongs at the head of the file, above the '
        "first [table]",
    ),
    below(
        "a key of another kind",
        SLACK,
        'bearer = "x"\n',
        '16: channel "slack", bearer: unknown key. Known keys: kind, name, room, size, token.',
    ),
    below(
        "a key two tables deep",
        TOPICS,
        'hours = { form = "09:00" }\n',
        '14: team "care", hours.form: unknown key. Did you mean "from"?',
    ),
    change(
        "a number where text belongs",
        'name = "Acme"\n',
        "name = 7\n",
        "3: brand 1, name: must be text. Put it in quotes",
    ),
    below(
        "text where a list belongs in days",
        TOPICS,
        'hours = { days = "mon" }\n',
        '14: team "care", hours.days: must be a list. Write for example ["one", "two"]',
    ),
    below(
        "an unknown day",
        TOPICS,
        'hours = { days = ["mon", "tus"] }\n',
        '14: team "care", hours.days 2: must be one of mon, tue, wed, thu, fri, sat, sun. Did '
        'you mean "tue"?',
    ),
    below(
        "a number for a time",
        TOPICS,
        "hours = { from = 9 }\n",
        '14: team "care", hours.from: a number is no time. Write for example "09:00"',
    ),
    below(
        "a time with a zone",
        TOPICS,
        'hours = { from = "09:00Z" }\n',
        '14: team "care", hours.from: it has a zone of its own. Leave that out: it is a local time',
    ),
    below(
        "a time that is none",
        TOPICS,
        'hours = { from = "nine" }\n',
        '14: team "care", hours.from: must be a time of day. Write for example "09:00"',
    ),
    below(
        "hours that end before they begin",
        TOPICS,
        'hours = { from = "18:00" }\n',
        '14: team "care", hours: working hours need at least one day, and "from" before "to". '
        'Write for example from = "09:00", to = "17:00"',
    ),
    below(
        "a bare number for a duration",
        TOPICS,
        'on_call = { people = ["ada"], every = 7 }\n',
        '14: team "care", on_call.every: a duration is text with a unit. Write for example '
        '"90s", "5m" or "2h"',
    ),
    below(
        "a duration without a unit",
        TOPICS,
        'on_call = { people = ["ada"], every = "7" }\n',
        '14: team "care", on_call.every: \'7\' is no duration. Write for example "90s", "5m", '
        '"2h" or "3d"',
    ),
    below(
        "a rota that changes at once",
        TOPICS,
        'on_call = { people = ["ada"], every = "0s" }\n',
        '14: team "care", on_call.every: a turn on call lasts "1h" to "366d". Write for example '
        '"7d"',
    ),
    below(
        "a rota that changes each second",
        TOPICS,
        'on_call = { people = ["ada"], every = "1s" }\n',
        '14: team "care", on_call.every: a turn on call lasts "1h" to "366d". Write for example '
        '"7d"',
    ),
    below(
        "a rota that begins in another century",
        TOPICS,
        'on_call = { people = ["ada"], starts = "2206-01-05T09:00" }\n',
        '14: team "care", on_call.starts: the first turn begins from 2000 to 2049. Write for '
        'example "2026-01-05T09:00"',
    ),
    below(
        "a word for a day off",
        TOPICS,
        'days_off = "christmas"\n',
        '14: team "care", days_off 1: this is no day. Write for example "2026-12-24"',
    ),
    below(
        "a duration longer than a calendar",
        TOPICS,
        'on_call = { people = ["ada"], every = "999999w" }\n',
        '14: team "care", on_call.every: \'999999w\' is too long. The longest is "3650d"',
    ),
    below(
        "a date that is none",
        TOPICS,
        'on_call = { people = ["ada"], starts = "soon" }\n',
        '14: team "care", on_call.starts: must be a date and a time. Write for example '
        '"2026-01-05T09:00"',
    ),
    change(
        "single brackets for double ones",
        BRAND,
        '[brands]\nname = "Acme"\n',
        "2: brands: must be a list of tables. Write [[brands]], with two brackets",
    ),
    change(
        "double brackets for single ones",
        "",
        '[[digest]]\nday = "mon"\n',
        "16: digest: must be one table. Write [digest], with one bracket",
    ),
    change(
        "a list of texts where tables belong",
        BRAND,
        'brands = ["Acme"]\n',
        "2: brand 1: must be a table. Write [[brands]] and its keys below it",
    ),
    change(
        "an empty list of members",
        MEMBERS,
        "members = []\n",
        '12: team "care", members: must not be empty. Add at least one',
    ),
    change(
        "a name with a slash",
        BRAND,
        '[[brands]]\nname = "Acme/EU"\n',
        '3: brand "Acme/EU", name: is no name. Use at most 64 letters, digits, blanks and . _ '
        "-, a letter or digit first",
    ),
    below(
        "a person with the name of the machine",
        ADAS_CONTACT,
        '[[people]]\nname = "Engine"\n',
        '8: person "Engine", name: this name stands for Tocsin itself wherever it acts. Choose '
        "another",
    ),
    change(
        "a table without its name",
        TEAM,
        "",
        '10: team 1: "name" is missing. Add name = "…"',
    ),
    change(
        "a team without members",
        MEMBERS,
        "",
        '10: team "care": "members" is missing. Add members = ["…"]',
    ),
    below(
        "true in quotes",
        ADA,
        'active = "maybe"\n',
        '6: person "ada", active: must be true or false. Write it without quotes',
    ),
    below(
        "an unknown time zone",
        ADA,
        'timezone = "Europe/Berln"\n',
        '6: person "ada", timezone: no time zone "Europe/Berln". Write for example "Europe/Berlin"',
    ),
    below(
        "an address of another machine",
        EXECUTIVE,
        'listen = "0.0.0.0:80"\n',
        '2: listen: it must be an address and a port of this machine. Write "127.0.0.1:8787"',
    ),
    below(
        "a port that is none",
        EXECUTIVE,
        'listen = "127.0.0.1:99999"\n',
        '2: listen: it must be an address and a port of this machine. Write "127.0.0.1:8787"',
    ),
    below(
        "a folder that is not there",
        EXECUTIVE,
        'database = "no/such/t.db"\n',
        "2: database: its folder does not exist. Make it with mkdir -p, or name another",
    ),
    below(
        "a folder for a database",
        EXECUTIVE,
        'database = "/tmp"\n',
        "2: database: this is a folder. Add a file name, such as tocsin.db",
    ),
    change(
        "an unknown fallback executive",
        EXECUTIVE,
        'fallback_executive = "gracie"\n',
        '1: fallback_executive: no person named "gracie". Known: ada, grace. Did you mean "grace"?',
    ),
    below(
        "an unknown triage team",
        EXECUTIVE,
        'triage = "crae"\n',
        '2: triage: no team named "crae". Known: care. Did you mean "care"?',
    ),
    below(
        "an unknown team for storms",
        EXECUTIVE,
        'communications = "press"\n',
        '2: communications: no team named "press". Known: care.',
    ),
    below(
        "an unknown channel for storms",
        EXECUTIVE,
        'storm_room = { channel = "slak", to = "C1" }\n',
        '2: storm_room.channel: no channel named "slak". Known: slack. Did you mean "slack"?',
    ),
    below(
        "an unknown team of a brand",
        BRAND,
        'team = "cares"\n',
        '4: brand "Acme", team: no team named "cares". Known: care. Did you mean "care"?',
    ),
    change(
        "an unknown member",
        MEMBERS,
        'members = ["ada", "graec"]\n',
        '12: team "care", members 2: no person named "graec". Known: ada, grace. Did you mean '
        '"grace"?',
    ),
    change(
        "an unknown member given as text",
        MEMBERS,
        'members = "graec"\n',
        '12: team "care", members: no person named "graec". Known: ada, grace. Did you mean '
        '"grace"?',
    ),
    below(
        "an unknown lead",
        TOPICS,
        'lead = "Ada"\n',
        '14: team "care", lead: no person named "Ada". Known: ada, grace. Did you mean "ada"?',
    ),
    below(
        "an unknown head",
        TOPICS,
        'head = "bob"\n',
        '14: team "care", head: no person named "bob". Known: ada, grace.',
    ),
    below(
        "an unknown name on the rota",
        TOPICS,
        'on_call = ["ada", "adda"]\n',
        '14: team "care", on_call 2: no person named "adda". Known: ada, grace. Did you mean '
        '"ada"?',
    ),
    below(
        "an unknown name on a rota of its own",
        TOPICS,
        '[teams.on_call]\nevery = "1d"\npeople = ["adda"]\n',
        '16: team "care", on_call.people 1: no person named "adda". Known: ada, grace. Did you '
        'mean "ada"?',
    ),
    below(
        "an unknown owner of a topic",
        TOPICS,
        'owners = { billing = "adda" }\n',
        '14: owner of topic "billing": no person named "adda". Known: ada, grace. Did you mean '
        '"ada"?',
    ),
    below(
        "an owner of a topic that is not the team's",
        TOPICS,
        'owners = { biling = "ada" }\n',
        '14: owner of topic "biling": the team owns no such topic. Its topics: billing. Did '
        'you mean "billing"?',
    ),
    below(
        "an unknown room",
        TOPICS,
        'rooms = [{ channel = "salck", to = "C1" }]\n',
        '14: team "care", rooms 1.channel: no channel named "salck". Known: slack. Did you '
        'mean "slack"?',
    ),
    below(
        "an unknown policy",
        TOPICS,
        'policy = "strict"\n',
        '14: team "care", policy: no policy named "strict". Known: default.',
    ),
    change(
        "an unknown channel of a person",
        ADAS_CONTACT,
        'contacts = [{ channel = "smoke", to = "U1" }]\n',
        '6: person "ada", contacts 1.channel: no channel named "smoke". Known: slack.',
    ),
    change(
        "an unknown channel of the digest",
        "",
        '[digest]\nto = [{ channel = "mial", to = "a@b.example" }]\n',
        '17: digest.to 1.channel: no channel named "mial". Known: slack.',
    ),
    change(
        "a contact without an address",
        ADAS_CONTACT,
        'contacts = [{ channel = "slack" }]\n',
        '6: person "ada", contacts 1: "to" is missing. Add to = "…", or email = "…" to the person',
    ),
    change(
        "two people of one name",
        "",
        '[[people]]\nname = "ada"\ncontacts = [{ channel = "slack", to = "U1" }]\n',
        '17: person "ada", name: this name is declared twice, first on line 4. Give each its '
        'own name = "…"',
    ),
    change(
        "two channels of one kind without names",
        "",
        '[[channels]]\nkind = "slack"\n',
        '16: channel "slack", name: this name is declared twice, first on line 14. Give each '
        'its own name = "…"',
    ),
    below(
        "two brands with one term",
        BRAND,
        '[[brands]]\nname = "Other"\nterms = ["other", "ACME"]\n',
        '6: brand "Other", terms 2: brand "Acme" has this term as well. Leave it with one brand',
    ),
    change(
        "a topic of two teams",
        "",
        '[[teams]]\nname = "web"\nmembers = ["ada"]\nowns = { billing = ["invoice"] }\n',
        '19: team "web", owns.billing: topic "billing" is owned twice, first by team "care". '
        "Leave it with one team",
    ),
    change(
        "a topic that is no name",
        TOPICS,
        'owns = [["billing"]]\n',
        '13: team "care", owns: a list of topics holds names only. Write for example ["billing"]',
    ),
    change(
        "a member whom no channel reaches",
        ADAS_CONTACT,
        "",
        '5: person "ada", name: a team needs this person, and no channel reaches them. Add '
        'contacts = [{ channel = "…", to = "…" }] to the person',
    ),
    change(
        "a fallback executive whom no channel reaches",
        GRACES_CONTACT,
        "",
        "1: fallback_executive: no channel reaches this person, with whom every ladder ends. "
        'Add contacts = [{ channel = "…", to = "…" }] to the person',
    ),
    below(
        "a fallback executive who has left",
        GRACE,
        "active = false\n",
        "1: fallback_executive: this person is not active, so that a case could be without an "
        "owner. Name somebody who is active",
    ),
    change(
        "a rota of people who have left",
        "",
        '[[people]]\nname = "eve"\nactive = false\n'
        '[[teams]]\nname = "web"\nmembers = ["ada"]\non_call = "eve"\n',
        '22: team "web", on_call: nobody on this rota is active. Add somebody who is, or '
        "remove the rota",
    ),
    change(
        "a source of an unknown kind",
        "",
        '[[sources]]\nkind = "blusky"\n',
        '17: source "blusky", kind: no kind of source named "blusky". Known: bluesky, '
        'hackernews, pigeon, station. Did you mean "bluesky"?',
    ),
    change(
        "a source without a kind",
        "",
        '[[sources]]\nname = "bluesky"\n',
        '16: source "bluesky": "kind" is missing. Known: bluesky, hackernews, pigeon, station.',
    ),
    change(
        "a source whose library is missing",
        "",
        '[[sources]]\nkind = "pigeon"\n',
        '17: source "pigeon", kind: what this kind needs is not installed. Install the extra '
        "that docs/configuration.md names for it",
    ),
    change(
        "a channel of an unknown kind",
        "",
        '[[channels]]\nkind = "telegraph"\n',
        '17: channel "telegraph", kind: no kind of channel named "telegraph". Known: slack, '
        "terminal.",
    ),
    change(
        "a source polled too often",
        "",
        '[[sources]]\nkind = "bluesky"\nevery = "1s"\n',
        '16: source "bluesky": "every" is too short. Make it at least "5s"',
    ),
    change(
        "a source without what its kind needs",
        "",
        '[[sources]]\nkind = "station"\n',
        '16: source "station": "urls" is missing. Add urls = ["…"]',
    ),
    change(
        "a source with a value its kind refuses",
        "",
        '[[sources]]\nkind = "station"\nurls = ["http://a.example/"]\n',
        '18: source "station", urls: … is no web address. Begin it with https://',
    ),
    below(
        "a number over its limit",
        SLACK,
        "size = 51\n",
        '16: channel "slack", size: must be at most 50. Write another number',
    ),
    below(
        "a secret written out",
        SLACK,
        'token = "hunter2"\n',
        '16: channel "slack", token: a secret is never written in this file. Write where it is '
        'kept: { env = "NAME" } or { file = "/path" }',
    ),
    below(
        "a secret that is a number",
        SLACK,
        "token = 5\n",
        '16: channel "slack", token: must say where the secret is kept. Write { env = "NAME" }',
    ),
    below(
        "a secret in two places",
        SLACK,
        'token = { env = "A", file = "/a" }\n',
        '16: channel "slack", token: a secret is kept in one place. Give either "env" or "file"',
    ),
    below(
        "a secret that is not set",
        SLACK,
        'token = { env = "NOT_SET" }\n',
        '16: channel "slack", token: environment variable NOT_SET is not set. Set it (export '
        "NOT_SET=…), or use { file = … }",
    ),
    below(
        "a secret file that is not there",
        SLACK,
        'token = { file = "/no/such" }\n',
        '16: channel "slack", token: secret file /no/such cannot be read: there is no such '
        "file. Put the secret, and nothing else, into that file",
    ),
    change(
        "a policy that ends below the top",
        "",
        '[[policies]]\nname = "calm"\nsteps = ["owner", "lead"]\n',
        '16: policy "calm": every ladder ends at a named person. Make "executive" the last step',
    ),
    change(
        "a step that is none",
        "",
        '[[policies]]\nname = "calm"\nsteps = ["boss", "executive"]\n',
        '18: policy "calm", steps 1: must be one of owner, on_call, lead, head, executive. '
        "Choose one of them",
    ),
    change(
        "a band that is none",
        "",
        '[[policies]]\nname = "calm"\n[policies.bands.P9]\nack = "5m"\n',
        '18: policy "calm", bands.P9: must be one of storm, P1, P2, P3, P4. Choose one of them',
    ),
    change(
        "a storm that sleeps at night",
        "",
        '[[policies]]\nname = "calm"\nbands = { storm = { business = true } }\n',
        '16: policy "calm": the clock of a storm always runs. Remove its business = true',
    ),
    change(
        "a wait of nothing",
        "",
        '[[policies]]\nname = "calm"\nbands.P1.ack = "0m"\n',
        '18: policy "calm", bands.P1.ack: it must last longer than nothing. Write for example "5m"',
    ),
]


@pytest.mark.parametrize(("text", "answer"), WRONG)
def test_a_wrong_file_is_answered_with_its_line_and_the_remedy(
    text: str, answer: str, write: Callable[[str | bytes], Path], catalogue: Catalogue
) -> None:
    path = write(text)
    with pytest.raises(ConfigProblems) as refused:
        load(path, catalogue, environ={})
    assert str(refused.value).replace(f"{path}:", "") == answer


def test_the_file_that_is_changed_in_each_row_is_right(
    write: Callable[[str | bytes], Path], catalogue: Catalogue
) -> None:
    assert load(write(BASE), catalogue, environ={}).settings.people
