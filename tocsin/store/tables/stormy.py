"""The tables of what was measured of storms: numbers alone, which outlive every post."""

STORMY = """
create table storm_figures (       -- each time a storm was said, or said anew
    incident integer not null references incidents (number),
    at integer not null,
    level text not null,           -- listener.storm.Level
    people integer not null,
    minutes integer not null,
    usual real not null,
    unhappy_share real not null,
    usual_share real not null,
    begets real,
    surely real not null,
    platforms integer not null,
    reach real,
    low integer, high integer,     -- unhappy posts that were likely in the four hours after it
    sentence text not null,        -- all of it in words; holds no post's
    primary key (incident, at)
) strict, without rowid;
create table storm_cells (         -- the curve: five minutes each, by when they begin
    incident integer not null references incidents (number),
    at integer not null,           -- Unix seconds
    people integer not null,
    heard integer not null,
    posts integer not null,
    usual real not null,
    primary key (incident, at)
) strict, without rowid;
"""
