"""What would have been different under other rules: the own past, replayed twice and compared.

history.py  reads posts and deadlines out of a store, and changes nothing there
deeds.py    reads what people did, from the ledger
side.py     replays both under one set of rules, through the whole pipeline; aside.py in a process
            of its own; running.py under two sets, side by side
compare.py  what differs, as values; pure
report.py   the same for a person; report_json.py for other programs
"""

from tocsin.whatif.compare import Difference, compare
from tocsin.whatif.history import History, HistoryRefused, open_history
from tocsin.whatif.report import Rules, as_lines
from tocsin.whatif.report_json import as_json
from tocsin.whatif.running import Progress, run_both

__all__ = [
    "Difference",
    "History",
    "HistoryRefused",
    "Progress",
    "Rules",
    "as_json",
    "as_lines",
    "compare",
    "open_history",
    "run_both",
]
