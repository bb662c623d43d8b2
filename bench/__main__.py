"""Every figure that the docs claim: `python -m bench`, or `make bench`."""

from bench import accuracy, bands, embeddings, firestorm, learning, ownership, speed

PARTS = (
    ("Speed", speed),
    ("Ownership", ownership),
    ("Accuracy", accuracy),
    ("Learning", learning),
    ("Embeddings", embeddings),
    ("Bands", bands),
    ("Firestorms", firestorm),
)

if __name__ == "__main__":
    for name, part in PARTS:
        print(f"\n== {name} ==")
        part.main()
