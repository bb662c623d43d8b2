"""The tables of what complaints have in common."""

STORIES = """
create table stories (             -- complaints with one cause
    id integer primary key,
    brand text not null,
    name text not null default '', -- in words that several customers used; '': none yet
    doubtful integer not null default 0  -- 1: one of its posts was erased; the name is looked at
) strict;
create index stories_by_brand on stories (brand, doubtful);
create table story_posts (
    post integer not null references posts (id) on delete cascade,
    brand text not null,
    story integer not null references stories (id) on delete cascade,
    primary key (post, brand)
) strict, without rowid;
create index posts_of_story on story_posts (story);
create table incident_stories (    -- what an incident is about, for the most part
    incident integer primary key,
    story integer not null references stories (id) on delete cascade
) strict;
"""
