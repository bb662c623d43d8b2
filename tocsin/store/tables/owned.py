"""The tables of what is owned: cases, incidents, faults, and their waits."""

SUBJECTS = """
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
    complained_at integer not null, first_complained_at integer,
    first_replied_at integer, replied_at integer,
    inhibited_by integer, untold text, incident integer, reopened integer not null,
    permission_of text, permission_at integer, permission_money integer,
    permission_granted integer, permission_seconds integer not null,
    hid_by text, hid_of text, hid_at integer, hid_what text, hid_why text, urgent_since integer
) strict;
create unique index one_open_case on cases (brand, author) where state <> 'closed';
create index cases_by_author on cases (brand, author, closed_at);
create index cases_by_opening on cases (brand, topic, opened_at);
create index cases_open on cases (brand, complained_at) where state <> 'closed';
create index cases_asked on cases (owner, band, safety desc, number) where state = 'new';
create index cases_waiting on cases (owner, team, band, safety, step, held_until)
    where state = 'new' and held_until is null;
create index cases_by_silence on cases (silence) where silence is not null;
create index cases_hid on cases (number) where hid_of is not null;
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
create table matters (             -- private: what was said lies in private_posts, and nowhere else
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
    posts integer not null, passed_on integer not null
) strict;
create index matters_open on matters (number) where state <> 'closed';
create index matters_closed on matters (closed_at) where state = 'closed';
create table private_posts (       -- read by the matter's people alone; no search, sum or list
    id integer primary key,
    matter integer references matters (number),
    platform text not null,
    native_id text not null,       -- the platform's id; a keyed hash once erased
    author blob not null,          -- keyed hash: two posts of one author are one matter; or empty
    author_id text not null, handle text not null, name text not null,
    brand text not null,
    text text not null, title text not null, lang text, url text not null,
    created_at integer not null,
    seen_at integer not null,
    source text not null,
    others text not null,          -- kinds of danger that it tells beside this one
    more text not null,            -- what else its platform said of it
    openly integer references posts (id),  -- what it was, and is again if it is given back
    given_back integer not null default 0, -- a person found no such sign: it was judged openly
    words blob,                    -- digest of the words in which that person found none
    look_at integer,               -- when it is looked at again there; null: a day after seen_at
    unique (platform, native_id)
) strict;
create table private_aliases (
    platform text not null,
    native_id text not null,       -- a keyed hash once the post is given back
    post integer not null references private_posts (id) on delete cascade,
    primary key (platform, native_id)
) strict, without rowid;
create index private_aliases_of_post on private_aliases (post);
create index private_posts_of_matter on private_posts (matter);
create index private_posts_of_author on private_posts (author);
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
