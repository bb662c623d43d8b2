"""The tables of what is entered for good, and of what stands beside it."""

LEDGER = """
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
create index ledger_of_hidings on ledger (at)
    where event in ('hid', 'hid_confirmed', 'hid_refused');
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
