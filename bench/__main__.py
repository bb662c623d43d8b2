"""Every figure that the docs claim: `python -m bench`, or `make bench`."""

from bench import accuracy, aspects, bands, firestorm, learning, ownership, speed

PARTS = (
    ("Speed", speed),
    ("Ownership", ownership),
    ("Accuracy", accuracy),
    ("Aspects", aspects),
    ("Learning", learning),
    ("Bands", bands),
    ("Firestorms", firestorm),
)

if __name__ == "__main__":
    for name, part in PARTS:
        print(f"\n== {name} ==")
        part.main()
