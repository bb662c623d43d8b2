"""The tables of what is watched for backlash: a case's thread and the copies of its words."""

WATCHED = """
create table backlashes (          -- what is watched, why and until when; never whom
    id integer primary key,
    case_number integer not null references cases (number),
    brand text not null,
    why text not null,             -- listener.backlash.WHY, or REPLIED
    since integer not null,
    until integer not null,
    usual real not null,           -- unhappy people an hour in the same thread and words before it
    told integer not null default 0 -- people in it when it was last told of
) strict;
create index backlashes_of_case on backlashes (case_number, id);
create index backlashes_of_brand on backlashes (brand, until);
create table backlash_posts (
    backlash integer not null references backlashes (id),
    post integer not null references posts (id) on delete cascade,
    primary key (backlash, post)
) strict, without rowid;
create index backlashes_by_post on backlash_posts (post);
create table backlash_threads (    -- keyed hashes: a thread goes on where its first post is gone
    hash blob not null,
    case_number integer not null references cases (number),
    at integer not null,
    primary key (hash, case_number)
) strict, without rowid;
create index backlash_threads_by_time on backlash_threads (at);
"""
