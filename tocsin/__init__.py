"""Tocsin: wires the parts together, runs them, keeps and shows what they did."""

__version__ = "0.1.0"
