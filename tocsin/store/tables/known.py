"""The table of accounts that are one person's, because they or we were told so."""

KNOWN = """
create table links (               -- two accounts of one person; never inferred
    id integer primary key,
    one integer not null references authors (id),     -- the lower id of the two
    other integer not null references authors (id),
    place text not null,           -- where it was said: an address or words; erased with either
    post integer references posts (id),               -- where they said it themselves
    person text not null,          -- who of us keeps it
    at integer not null,
    unique (one, other)
) strict;
create index links_by_other on links (other);
create index links_by_post on links (post) where post is not null;
"""
