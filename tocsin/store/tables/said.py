"""The tables of what people say and do: hand-offs, warnings, silences, absences, covers."""

SAID = """
create table handoffs (            -- who gave what to whom, and how it ended
    id integer primary key,
    kind text not null, number integer not null,  -- the subject
    from_person text not null, from_team text not null,
    to_person text not null, to_team text not null,
    reason text not null, told text not null,     -- typed; erasable
    offered_at integer not null,
    answered_at integer,
    outcome text                   -- accepted, declined, lapsed, withdrawn, rerouted; null: pending
) strict;
create index handoffs_of_subject on handoffs (kind, number);
create index handoffs_by_time on handoffs (offered_at);
create unique index one_pending_handoff on handoffs (kind, number) where outcome is null;
create table warnings (            -- what was warned of; kept for good
    id integer primary key,
    brand text not null, topic text, team text not null,
    what text not null,            -- escalation.decision.WarningKind
    person text not null,          -- who was told, or who decided
    kind text not null, number integer not null,
    at integer not null,
    incident integer               -- the storm that followed
) strict;
create index warnings_by_brand on warnings (brand, at);
create index warnings_by_time on warnings (at);
create index warnings_of_subject on warnings (kind, number);
create index warnings_of_incident on warnings (incident) where incident is not null;
create table silences (
    number integer primary key,
    author text not null, reason text not null,
    since integer not null, until integer not null,
    brand text, team text, topic text, about text,  -- null: any
    urgent integer not null,       -- over P1 too
    said_at integer not null,
    ended_at integer, ended_by text
) strict;
create index silences_running on silences (until) where ended_at is null;
create table silenced (            -- what a silence has held back
    silence integer not null references silences (number),
    kind text not null, number integer not null,
    at integer not null,
    primary key (silence, kind, number)
) strict, without rowid;
create table absences (            -- said by hand; those of the settings stand there
    id integer primary key,
    person text not null,
    since integer not null, until integer not null,
    said_by text not null, said_at integer not null,
    ended_at integer
) strict;
create index absences_by_end on absences (coalesce(ended_at, until));
create table covers (              -- somebody takes a team's turn on call
    id integer primary key,
    team text not null, person text not null,
    since integer not null, until integer not null,
    said_by text not null, said_at integer not null,
    ended_at integer
) strict;
create index covers_by_end on covers (coalesce(ended_at, until));
create table acted (               -- outside events that were taken in, so that none counts twice
    id text primary key,
    at integer not null
) strict, without rowid;
"""
