"""What we claim about accuracy and speed, runnable: `python -m bench.accuracy`."""
