"""Every figure that the docs claim: `python -m bench`, or `make bench`."""

from bench import accuracy, bands, firestorm, learning, noise, ownership, speed

PARTS = (
    ("Speed", speed),
    ("Ownership", ownership),
    ("Accuracy", accuracy),
    ("Learning", learning),
    ("Noise", noise),
    ("Bands", bands),
    ("Firestorms", firestorm),
)

if __name__ == "__main__":
    for name, part in PARTS:
        print(f"\n== {name} ==")
        part.main()
