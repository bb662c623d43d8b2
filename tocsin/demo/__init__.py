"""The demo: a small firm's week through the real pipeline, told as it happens."""

from tocsin.demo.playing import DemoRefused, show

__all__ = ["DemoRefused", "show"]
