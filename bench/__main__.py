"""Every figure that the docs claim: `python -m bench`, or `make bench`."""

from bench import (
    accuracy,
    aspects,
    bands,
    chat,
    embeddings,
    firestorm,
    jetstream,
    languages,
    learning,
    noise,
    ownership,
    paging,
    redos,
    sources,
    speed,
    start,
    stories,
)

PARTS = (
    ("Speed", speed),
    ("Judging", start),
    ("Patterns", redos),
    ("Ownership", ownership),
    ("Accuracy", accuracy),
    ("Languages", languages),
    ("Aspects", aspects),
    ("Learning", learning),
    ("Noise", noise),
    ("Embeddings", embeddings),
    ("Bands", bands),
    ("Firestorms", firestorm),
    ("Stories", stories),
    ("Chat", chat),
    ("Jetstream", jetstream),
    ("Sources", sources),
    ("Paging", paging),
)

if __name__ == "__main__":
    for name, part in PARTS:
        print(f"\n== {name} ==")
        part.main()
