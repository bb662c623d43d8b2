"""Every figure that the docs claim: `python -m bench`, or `make bench`."""

from bench import accuracy, firestorm, speed

if __name__ == "__main__":
    for name, part in (("Speed", speed), ("Accuracy", accuracy), ("Firestorms", firestorm)):
        print(f"\n== {name} ==")
        part.main()
