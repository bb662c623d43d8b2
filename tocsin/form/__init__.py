"""The anonymous form: a process of its own that takes posts in and can read nothing of the store.

    serving → door (what every answer says) → routes (what is where) → counter (who may write how
    often) → listener.spool (the folder to the daemon)

No page needs a script, a picture or a cookie; none shows what anybody has written before.
"""
