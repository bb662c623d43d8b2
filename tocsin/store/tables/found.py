"""Indexes by which is found, or counted, what grows with the history."""

# They hold all that is asked of a row, also what every row of theirs has in common, so that no row
# is read to count it, or to leave it out.
FOUND = """
drop index messages_to_person;
create index messages_to_person on messages (person, sent_at, channel, receipt_key, purpose, state)
    where purpose = 'page' and state = 'sent';
drop index messages_folding;
create index messages_folding on messages (channel, address, urgent, due, purpose, rank)
    where state = 'queued' and purpose in ('page', 'notice') and receipt is null;
create index cases_of_author on cases (author, number);
create index incidents_alive on incidents (brand, level, state) where state <> 'closed';
"""
