"""The table of what of a source cannot be read."""

LISTINGS = """
create table deaf_listings (
    source text not null,
    listing text not null,         -- as the collector names it; '': the source as a whole
    failing_since integer not null,
    failure text not null,         -- the last one
    hopeless integer not null,     -- 1: waiting does not mend it
    primary key (source, listing)
) strict, without rowid;
insert into deaf_listings (source, listing, failing_since, failure, hopeless)
    select name, '', failing_since, coalesce(failure, ''), 0 from sources
    where failing_since is not null;
"""
