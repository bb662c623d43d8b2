"""A storm told as a whole: what was measured, what was foreseen, who wrote, what was done."""
