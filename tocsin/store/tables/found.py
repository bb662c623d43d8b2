"""Indexes by which is found, or counted, what grows with the history."""

# The two that are made anew now hold all that is asked of a row, so that no row is read for it.
FOUND = """
drop index messages_to_person;
create index messages_to_person on messages (person, sent_at, channel, receipt_key)
    where purpose = 'page' and state = 'sent';
drop index messages_folding;
create index messages_folding on messages (channel, address, urgent, due, purpose, rank)
    where state = 'queued' and purpose in ('page', 'notice') and receipt is null;
create index cases_of_author on cases (author, number);
create index incidents_alive on incidents (brand, level) where state <> 'closed';
"""
