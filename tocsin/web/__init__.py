"""The one web application of the house, on loopback: health, the links that letters carry, and
where webhook sources are sent to.

    serving → door (who may ask) → routes (what is where) → links (what is done) → pages

No page needs a script, none is kept by a browser, and none acts by being fetched.
"""

from tocsin.web.inlets import Inlets
from tocsin.web.links import Links
from tocsin.web.routes import application
from tocsin.web.serving import CannotListen, Server

__all__ = ["CannotListen", "Inlets", "Links", "Server", "application"]
