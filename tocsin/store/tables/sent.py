"""The tables of what is sent."""

OUTBOX = """
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
    look_at integer,               -- when a page that waits for its channel has failed for too long
    failure text,
    sending_since integer,
    sent_at integer,
    receipt text,
    receipt_key text,              -- the message that carried it, where several went as one
    repeated integer not null default 0,
    begun integer not null default 0, -- taken, and not merely waiting for its turn to be sent
    plain integer not null default 0, -- no channel took it: send our own words only
    editable integer not null default 0, -- it was sent where a message can be changed
    stale integer not null default 0  -- a sent card that no longer shows the present state
) strict;
create index messages_folding on messages (channel, address, urgent, due)
    where state = 'queued' and purpose in ('page', 'notice') and receipt is null;
create index messages_tried on messages (channel, address, due)
    where state = 'queued' and failing_since is not null;
create index messages_sending on messages (sending_since) where state = 'sending';
create index messages_looked_at on messages (look_at)
    where state = 'queued' and look_at is not null;
create index messages_shown on messages (receipt_key) where receipt_key is not null;
create index messages_of_receipt on messages (channel, receipt) where receipt is not null;
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
create table refusals (            -- where nothing is taken, though it be in our plainest words
    channel text not null,
    address text not null,
    since integer not null,
    until integer not null,        -- it is not tried before
    why text not null,
    primary key (channel, address)
) strict, without rowid;
create table addresses (           -- where pages and notices go, and until when they fold there
    channel text not null,
    address text not null,
    folds_until integer not null default 0,
    primary key (channel, address)
) strict, without rowid;
create index messages_alone on messages (due)
    where state = 'queued'
    and (purpose in ('card', 'digest', 'head', 'reply') or receipt is not null);
create index messages_again on messages (person) where what = 'again';
create index messages_again_queued on messages (person) where what = 'again' and state = 'queued';
create index messages_replies on messages (channel)
    where purpose = 'reply' and state = 'queued';
create index messages_replied on messages (kind, number, channel, address, sent_at)
    where purpose = 'reply' and state = 'sent';
create index messages_failed on messages (channel, address) where state = 'failed';
create index messages_stale on messages (due) where stale = 1 and state = 'sent';
create index messages_of_subject on messages (kind, number, purpose);
create index messages_sent on messages (purpose, sent_at) where state = 'sent';
create index messages_to_person on messages (person, sent_at)
    where purpose = 'page' and state = 'sent';
create index messages_to on messages (channel, address, sent_at) where state = 'sent';
"""
