"""Pictures of storms: gathered from the store, drawn where the extra `pictures` is installed."""

from tocsin.pictures.curve import Curve
from tocsin.pictures.drawing import MISSING, PicturesMissing, is_installed, png, svg
from tocsin.pictures.gather import Asked, asked_of, gather
from tocsin.pictures.words import alt

__all__ = [
    "MISSING",
    "Asked",
    "Curve",
    "PicturesMissing",
    "alt",
    "asked_of",
    "gather",
    "is_installed",
    "png",
    "svg",
]
