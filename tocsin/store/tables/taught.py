"""The table of labelled texts that are no posts of the store: the user's own, imported."""

TAUGHT = """
create table labelled_texts (
    id integer primary key,
    digest blob not null unique,   -- keyed: the same text again replaces its label
    platform text not null,        -- 'text' where it is nobody's post
    native_id text not null default '',
    author blob,                   -- keyed hash, so that whoever asks to be forgotten is
    text text not null,
    title text not null default '',
    lang text,
    rating real,
    answers integer not null default 0,
    complaint integer,             -- 0, 1, or null where only a team was said
    team text,
    person text not null,
    at integer not null
) strict;
create index labelled_texts_by_post on labelled_texts (platform, native_id);
"""
