"""The tables of what is heard: posts, their authors, what was thought of them, sums, sources."""

POSTS = """
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
    look_at integer,               -- when it is looked at again on its platform; null: never
    unique (platform, native_id)
) strict;
create index posts_to_look_at on posts (platform, look_at) where deleted_at is null;
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
    copy_of integer references posts (id),  -- the first post with these words
    marks text not null default '[]',       -- JSON list of listener.crowd.MEANING's names
    unique (post, brand)
) strict;
create index mentions_by_brand on mentions (brand, id);
create index copies on mentions (copy_of) where copy_of is not null;
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
    chance real,                   -- of the team, where there is one
    runner_up text,                -- the likeliest of the other teams
    runner_up_chance real,
    why text not null,             -- JSON list of short reasons; may quote the post
    aspects text not null default '[]',  -- JSON list of names: what is complained about
    journey text,                  -- stage of the customer's journey; null: not told
    told text not null default '{}'  -- JSON: name → the post's own words for aspects and stage
) strict;
create index judgements_by_mention on judgements (mention, id);
create table opinions (            -- what a language model said of an unsure mention
    mention integer not null references mentions (id) on delete cascade,
    version integer not null,      -- of its post, when it was asked
    at integer not null,           -- of the last question
    model text not null,
    tries integer not null,
    outcome text not null,         -- asked, complaint, unsure, other, discarded, given up, left out
    primary key (mention, version)
) strict, without rowid;
create index opinions_by_time on opinions (at);
create table questions (           -- how many a language model was asked
    day text primary key,          -- in UTC: 2026-11-22
    asked integer not null
) strict, without rowid;
create table labels (              -- what people said of a post; outlives models, not its post
    id integer primary key,
    post integer not null references posts (id) on delete cascade,
    brand text not null,
    kind text not null,            -- complaint, team, us
    value text not null,
    person text not null,
    at integer not null,
    model text not null default ''  -- which had judged the post by then
) strict;
create index labels_by_post on labels (post, kind);
"""

ROLLUPS = """
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
create table hours_about (         -- roll-up of complaints: what they are about, at which stage
    brand text not null,
    hour integer not null,
    kind text not null,            -- aspect, journey
    name text not null,            -- '' where not told
    complaints integer not null default 0,
    primary key (brand, hour, kind, name)
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

SOURCES = """
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
    rhythm text,                   -- listener.rhythm.Rhythm: how long it is silent on usual days
    primary key (name)
) strict, without rowid;
create table spending (            -- what a platform charged, in dollars
    source text not null,
    day integer not null,          -- days since 1970, in UTC
    used_for text not null,        -- listener.budget.Use
    dollars real not null,
    primary key (source, day, used_for)
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
