"""The tables, as numbered migrations. Times are UTC milliseconds, all tables STRICT.

A migration that has been released is never edited; a change is a new one at the end.
"""

from typing import TYPE_CHECKING

from sqlite_utils import Migrations

from tocsin.store.duties import DUTIES

if TYPE_CHECKING:
    from sqlite_utils import Database

migrations = Migrations("tocsin")

_POSTS = """
create table authors (
    id integer primary key,
    platform text not null,
    native_id text not null,       -- the platform's id; a keyed hash once forgotten
    handle text not null default '',
    name text not null default '',
    followers integer,
    forgotten_at integer,
    unique (platform, native_id)
) strict;
create table posts (
    id integer primary key,
    platform text not null,
    native_id text not null,
    author integer not null references authors (id),
    source text not null,
    text text not null,
    title text not null default '',
    lang text,
    url text not null default '',
    created_at integer not null,
    seen_at integer not null,
    in_reply_to text,
    conversation_id text,
    repost_of text,
    rating real,
    likes integer, reposts integer, replies integer, quotes integer, views integer,
    backfill integer not null default 0,
    version integer not null default 1,
    content blob not null,         -- digest of text and title, to know an edit from a repeat
    deleted_at integer,
    unique (platform, native_id)
) strict;
create index posts_by_author on posts (author);
create index posts_by_conversation on posts (platform, conversation_id)
    where conversation_id is not null;
create index posts_by_parent on posts (platform, in_reply_to) where in_reply_to is not null;
create index reposts on posts (platform, repost_of) where repost_of is not null;
create index posts_by_native_id on posts (native_id);
create index posts_by_time on posts (created_at);
create index posts_to_age on posts (seen_at) where deleted_at is null;
create table post_aliases (
    platform text not null,
    native_id text not null,
    post integer not null references posts (id) on delete cascade,
    primary key (platform, native_id)
) strict, without rowid;
create table post_versions (
    post integer not null references posts (id) on delete cascade,
    version integer not null,
    text text not null,
    title text not null,
    seen_at integer not null,
    primary key (post, version)
) strict, without rowid;
create table counts (              -- readings of how far a post has gone
    post integer not null references posts (id) on delete cascade,
    at integer not null,
    likes integer, reposts integer, replies integer, quotes integer, views integer,
    primary key (post, at)
) strict, without rowid;
create table tombstones (          -- keyed hashes: an overlapping re-read brings nothing back
    hash blob primary key,
    kind text not null,            -- post or author
    at integer not null
) strict, without rowid;
create table mentions (
    id integer primary key,
    post integer not null references posts (id) on delete cascade,
    brand text not null,
    own integer not null default 0,  -- 1: by an own account, 2: by one that answers by itself
    unique (post, brand)
) strict;
create index mentions_by_brand on mentions (brand, id);
create table judgements (          -- one row each time a model judged; the newest counts
    id integer primary key,
    mention integer not null references mentions (id) on delete cascade,
    model text not null,
    at integer not null,
    lang text not null,
    scored integer not null,
    valence real not null,
    probability real not null,
    verdict text not null,
    severity real not null,
    safety integer not null,
    team text not null,
    topic text,
    why text not null              -- JSON list of short reasons; may quote the post
) strict;
create index judgements_by_mention on judgements (mention, id);
create table labels (              -- what people said of a post; outlives models, not its post
    id integer primary key,
    post integer not null references posts (id) on delete cascade,
    brand text not null,
    kind text not null,            -- complaint, team
    value text not null,
    person text not null,
    at integer not null
) strict;
"""

_ROLLUPS = """
create table hours (               -- roll-up: brand × hour × source × language × topic × verdict
    brand text not null,
    hour integer not null,         -- hours since 1970
    source text not null,
    lang text not null,
    topic text not null,           -- '' where none
    verdict text not null,
    mentions integer not null default 0,
    scored integer not null default 0,
    valence_sum real not null default 0,
    valence_squares real not null default 0,
    primary key (brand, hour, source, lang, topic, verdict)
) strict, without rowid;
create table author_weeks (        -- sums for intervals that are clustered by author
    brand text not null,
    week integer not null,         -- weeks since Monday 1969-12-29
    author integer not null,
    mentions integer not null default 0,
    complaints integer not null default 0,
    scored integer not null default 0,
    valence_sum real not null default 0,
    primary key (brand, week, author)
) strict, without rowid;
create table brand_usual (         -- what is usual for a brand, to measure reach and speed against
    brand text primary key,
    authors integer not null default 0,
    log_followers real not null default 0,
    rates integer not null default 0,   -- posts whose reactions an hour are known
    log_rate real not null default 0,
    viewed integer not null default 0,  -- posts whose views are known
    log_views real not null default 0
) strict, without rowid;
create table detectors (           -- state of the spread measure; commits with the cursor
    brand text primary key,
    state text not null
) strict, without rowid;
"""

_SOURCES = """
create table sources (
    name text not null,
    cursor text,
    started_at integer not null,   -- first start: older posts are marked as backfill
    saved_at integer not null,
    newest_at integer,
    succeeded_at integer,
    failing_since integer,
    failure text,
    dollars real not null default 0,
    malformed integer not null default 0,
    primary key (name)
) strict, without rowid;
create table gaps (
    id integer primary key,
    source text not null,
    since integer not null,
    until integer not null,
    reason text not null,
    noted_at integer not null
) strict;
create table tallies (             -- what was dropped, cut or refused, by reason
    reason text not null,
    day integer not null,
    n integer not null,
    primary key (reason, day)
) strict, without rowid;
"""

_SUBJECTS = """
create table cases (
    number integer primary key,
    version integer not null default 1,
    brand text not null, team text not null, topic text, band text not null,
    owner text not null, opened_at integer not null, state text not null,
    step integer not null, round integer not null, asked text not null,
    page_number integer not null, safety integer not null, held_until integer,
    silence integer, paged_at integer, acked_by text, acked_at integer, progress_at integer,
    offered_to text, offered_by text, offered_at integer,
    handoffs integer not null, returned integer not null,
    handoffs_at text not null, returns_at text not null, misses integer not null,
    closed_at integer, closed_by text, close_reason text, cause text, cost integer,
    money integer, done text not null, done_for_rest text not null,
    author integer not null references authors (id), score real not null, posts integer not null,
    complained_at integer not null, first_replied_at integer, replied_at integer,
    inhibited_by integer, incident integer, reopened integer not null,
    permission_of text, permission_at integer, permission_money integer,
    permission_granted integer, permission_seconds integer not null, urgent_since integer
) strict;
create unique index one_open_case on cases (brand, author) where state <> 'closed';
create index cases_by_author on cases (brand, author, closed_at);
create index cases_by_opening on cases (brand, topic, opened_at);
create index cases_open on cases (brand, complained_at) where state <> 'closed';
create index cases_asked on cases (owner, band, safety desc, number) where state = 'new';
create index cases_by_silence on cases (silence) where silence is not null;
create index cases_closed on cases (closed_at) where state = 'closed';
create index cases_by_incident on cases (incident) where incident is not null;
create table priorities (          -- each time a case was weighed anew; the newest row counts
    id integer primary key,
    case_number integer not null references cases (number),
    at integer not null,
    score real not null,
    band text not null,
    reopened_points real not null,
    terms text not null,           -- JSON rows: name, weight, value or null, points
    floors text not null           -- JSON rows: name, score
) strict;
create index priorities_of_case on priorities (case_number, id);
create table case_posts (
    case_number integer not null references cases (number),
    post integer not null references posts (id) on delete cascade,
    primary key (case_number, post)
) strict, without rowid;
create index cases_of_post on case_posts (post);
create table case_replies (        -- public replies of ours in a case's thread
    case_number integer not null references cases (number),
    post integer not null references posts (id) on delete cascade,
    primary key (case_number, post)
) strict, without rowid;
create index cases_of_reply on case_replies (post);
create table incidents (
    number integer primary key,
    version integer not null default 1,
    brand text not null, team text not null, topic text, band text not null,
    owner text not null, opened_at integer not null, state text not null,
    step integer not null, round integer not null, asked text not null,
    page_number integer not null, safety integer not null, held_until integer,
    silence integer, paged_at integer, acked_by text, acked_at integer, progress_at integer,
    offered_to text, offered_by text, offered_at integer,
    handoffs integer not null, returned integer not null,
    handoffs_at text not null, returns_at text not null, misses integer not null,
    closed_at integer, closed_by text, close_reason text, cause text, cost integer,
    money integer, done text not null, done_for_rest text not null,
    level text not null, people integer not null, posts integer not null,
    minutes integer not null, usual real not null, storm_at integer, contained_at integer,
    stirred_at integer,
    declared_by text, merged_into integer, sentence text not null
) strict;
create index incidents_closed on incidents (closed_at) where state = 'closed';
create unique index one_open_incident on incidents (brand, coalesce(topic, ''))
    where state <> 'closed';
create table faults (
    number integer primary key,
    version integer not null default 1,
    brand text not null, team text not null, topic text, band text not null,
    owner text not null, opened_at integer not null, state text not null,
    step integer not null, round integer not null, asked text not null,
    page_number integer not null, safety integer not null, held_until integer,
    silence integer, paged_at integer, acked_by text, acked_at integer, progress_at integer,
    offered_to text, offered_by text, offered_at integer,
    handoffs integer not null, returned integer not null,
    handoffs_at text not null, returns_at text not null, misses integer not null,
    closed_at integer, closed_by text, close_reason text, cause text, cost integer,
    money integer, done text not null, done_for_rest text not null,
    about text not null, detail text not null
) strict;
create index faults_closed on faults (closed_at) where state = 'closed';
create unique index one_open_fault on faults (about) where state <> 'closed';
create table timers (
    kind text not null,            -- of the subject
    number integer not null,
    timer text not null,
    generation integer not null,
    due integer,                   -- null: not running
    armed_at integer not null default 0,
    primary key (kind, number, timer)
) strict, without rowid;
create index timers_due on timers (due) where due is not null;
"""

_OUTBOX = """
create table messages (
    id integer primary key,
    key text not null unique,
    purpose text not null,
    kind text not null, number integer not null,  -- the subject
    channel text not null,
    address text not null,
    person text,
    round integer not null, step integer not null, nth integer not null,
    what text not null, about text not null,
    urgent integer not null,
    rank integer not null,         -- 0 safety, then by band; 9 what has none
    state text not null,           -- queued, sending, sent, failed, withdrawn
    due integer not null,
    queued_at integer not null,
    attempts integer not null default 0,
    failing_since integer,
    failure text,
    sending_since integer,
    sent_at integer,
    receipt text,
    receipt_key text,              -- the message that carried it, where several went as one
    repeated integer not null default 0,
    begun integer not null default 0, -- taken, and not merely waiting for its turn to be sent
    plain integer not null default 0, -- no channel took it: send our own words only
    stale integer not null default 0  -- a sent card that no longer shows the present state
) strict;
create index messages_folding on messages (channel, address, urgent, due)
    where state = 'queued' and purpose in ('page', 'notice') and receipt is null;
create index messages_sending on messages (sending_since) where state = 'sending';
create index messages_shown on messages (receipt_key) where receipt_key is not null;
create table message_posts (       -- whose words a message shows, for an erasure to find it
    message integer not null references messages (id) on delete cascade,
    post integer not null,
    primary key (message, post)
) strict, without rowid;
create index messages_of_post on message_posts (post);
create table channel_rests (       -- until when a channel has said that it takes nothing
    channel text primary key,
    until integer not null
) strict, without rowid;
create table addresses (           -- where pages and notices go, and until when they fold there
    channel text not null,
    address text not null,
    folds_until integer not null default 0,
    primary key (channel, address)
) strict, without rowid;
create index messages_alone on messages (due)
    where state = 'queued' and (purpose in ('card', 'digest', 'head') or receipt is not null);
create index messages_again on messages (person) where what = 'again';
create index messages_again_queued on messages (person) where what = 'again' and state = 'queued';
create index messages_stale on messages (due) where stale = 1 and state = 'sent';
create index messages_of_subject on messages (kind, number, purpose);
create index messages_sent on messages (purpose, sent_at) where state = 'sent';
create index messages_to on messages (channel, address, sent_at) where state = 'sent';
"""

_LEDGER = """
create table ledger (
    number integer primary key,
    schema integer not null,
    chain text not null,
    chain_number integer not null,
    at integer not null,
    event text not null,
    subject text not null,
    actor text not null,
    facts text not null,           -- canonical JSON: ids, numbers, times; no text, no name
    previous text not null,
    digest text not null,
    unique (chain, chain_number)
) strict;
create index ledger_by_subject on ledger (subject);
create table ledger_notes (        -- typed reasons, beside the chain so that they can be erased
    entry integer primary key references ledger (number),
    note text not null
) strict;
create table staff (               -- random ids under which people appear in the ledger
    id text primary key,
    name text not null unique
) strict, without rowid;
create table house (               -- keys and facts of this installation
    name text primary key,
    value text not null
) strict, without rowid;
create trigger ledger_is_append_only_update before update on ledger
    begin select raise(abort, 'the ledger is append-only'); end;
create trigger ledger_is_append_only_delete before delete on ledger
    begin select raise(abort, 'the ledger is append-only'); end;
"""


def _script(db: "Database", script: str) -> None:
    """Run statements one by one; executescript() would commit the migration's transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if line.rstrip().endswith(";") and not _inside_trigger(statement):
            db.conn.execute(statement)
            statement = ""


def _inside_trigger(statement: str) -> bool:
    lowered = statement.lower()
    return "create trigger" in lowered and not lowered.rstrip().endswith("end;")


@migrations()
def m0001_first(db: "Database") -> None:
    """Posts and what was thought of them, subjects and their timers, outbox, ledger."""
    for script in (_POSTS, _ROLLUPS, _SOURCES, _SUBJECTS, DUTIES, _OUTBOX, _LEDGER):
        _script(db, script)
