"""What keeps the house calm: the line that comes every morning."""

from datetime import time

from config.fields import Declared, LocalTime


class Morning(Declared):
    """When each team's rooms are told how things stand, on its working days."""

    at: LocalTime = time(8, 30)  # in the team's zone
