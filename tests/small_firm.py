"""A configuration as short as one can be, for the tests that add to it."""

ADA = 'contacts = [{ channel = "terminal", to = "ada" }]\n'
SMALL_FIRM = f"""\
fallback_executive = "grace"
[[brands]]
name = "Acme Airways"
[[people]]
name = "ada"
{ADA}[[people]]
name = "grace"
contacts = [{{ channel = "terminal", to = "grace" }}]
[[teams]]
name = "care"
members = ["ada", "grace"]
[[channels]]
kind = "terminal"
"""
