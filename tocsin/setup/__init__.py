"""How each kind of channel is set up, step by step, in words for whoever does it."""
