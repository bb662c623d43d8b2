"""The tables of what can be done with a message that was sent, and of half-done answers."""

ANSWERED = """
create table handles (             -- what a message offers to be done with it
    id integer primary key,
    hash blob not null unique,     -- SHA-256 of a token that stands only in the message
    message integer not null references messages (id) on delete cascade,
    channel text not null,
    person text,                   -- for whom the message is; null: a room
    way text not null,             -- press: as long as the round runs; link: once
    -- What it showed: [["case", 17, 2, {"permission_at": ...}], ...], each with its round and with
    -- what was asked about it, since when.
    about text not null,
    wanted text not null,          -- what it asked for: page, permission_asked ...
    made_at integer not null,
    shown integer not null default 0, -- its message was taken by the channel with it
    used_at integer,
    used_by text,
    used_for text
) strict;
create index handles_of_message on handles (message, id);
create table dialogues (           -- a form that is asked for one by one, where a chat has none
    channel text not null,
    who text not null,
    verb text not null,
    about text not null,           -- as that of a handle
    answers text not null,         -- what was answered so far, by field
    asked text not null,           -- the field that was asked for last
    room text not null,            -- where it began; '': between us alone
    heard text not null,           -- the channel's id of what was heard last
    at integer not null,
    primary key (channel, who)
) strict, without rowid;
"""
