"""SQLite's own way to the disk, so that a proof can count each write and sync, and stop in one.

The functions by which SQLite writes files are replaced, for this whole process, by ones that ask
first. See https://www.sqlite.org/vfs.html and sqlite3.h for the two structures used here: their
members are pointers, in a fixed order that SQLite promises not to change.
"""

import _sqlite3
import ctypes
from collections.abc import Callable
from ctypes import CFUNCTYPE, c_int, c_int64, c_void_p

# void f(what, half): `what` is about to be done; half() does the first half of it.
Watch = Callable[[str, Callable[[], object] | None], None]
Done = Callable[[str], None]

_POINTER = ctypes.sizeof(c_void_p)
_OPEN, _DELETE = 5 * _POINTER, 6 * _POINTER  # in sqlite3_vfs, after two ints more than one pointer
_WRITE, _TRUNCATE, _SYNC = 3 * _POINTER, 4 * _POINTER, 5 * _POINTER  # in sqlite3_io_methods
_IO_METHODS = 19 * _POINTER  # version 3: a number and 18 functions

_Open = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
_Delete = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int)
_Write = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_Truncate = CFUNCTYPE(c_int, c_void_p, c_int64)
_Sync = CFUNCTYPE(c_int, c_void_p, c_int)


_KEPT: list[object] = []  # SQLite calls into these as long as the process lives


class WatchedDisk:
    """Tells `before` what is about to be written, and `after` what was; from now on, for good."""

    def __init__(self, before: Watch, after: Done) -> None:
        self._before = before
        self._after = after
        self._tables: dict[int, ctypes.Array[ctypes.c_char]] = {}  # by the table they replace
        _KEPT.append(self)
        library = ctypes.CDLL(_sqlite3.__file__)
        library.sqlite3_vfs_find.restype = c_void_p
        vfs = library.sqlite3_vfs_find(None)
        self._open = _Open(_at(vfs + _OPEN).value)
        self._delete = _Delete(_at(vfs + _DELETE).value)
        self._put(vfs + _OPEN, _Open(self._opens))
        self._put(vfs + _DELETE, _Delete(self._deletes))

    def _put(self, address: int, function: "ctypes._CFuncPtr") -> None:
        _KEPT.append(function)
        _at(address).value = ctypes.cast(function, c_void_p).value

    def _opens(self, vfs: int, name: int, file: int, flags: int, given: int) -> int:
        code = int(self._open(vfs, name, file, flags, given))
        methods = _at(file).value
        if code == 0 and methods:
            _at(file).value = ctypes.addressof(self._watched(methods))
        return code

    def _watched(self, methods: int) -> "ctypes.Array[ctypes.c_char]":
        """A copy of a table of file functions, with ours in it."""
        if methods in self._tables:
            return self._tables[methods]
        table = ctypes.create_string_buffer(_IO_METHODS)
        ctypes.memmove(table, methods, _IO_METHODS)
        start = ctypes.addressof(table)
        write = _Write(_at(start + _WRITE).value)
        truncate = _Truncate(_at(start + _TRUNCATE).value)

        def writes(file: int, data: int, size: int, offset: int) -> int:
            self._before("write", lambda: write(file, data, size // 2, offset))
            return self._done("write", write(file, data, size, offset))

        def truncates(file: int, size: int) -> int:
            self._before("truncate", None)
            return self._done("truncate", truncate(file, size))

        def syncs(file: int, flags: int) -> int:
            # Told, and not done: what a killed process has written is there without it.
            self._before("sync", None)
            return self._done("sync", 0)

        self._put(start + _WRITE, _Write(writes))
        self._put(start + _TRUNCATE, _Truncate(truncates))
        self._put(start + _SYNC, _Sync(syncs))
        self._tables[methods] = table
        return table

    def _deletes(self, vfs: int, name: int, sync_folder: int) -> int:
        self._before("delete", None)
        return self._done("delete", self._delete(vfs, name, sync_folder))

    def _done(self, what: str, code: object) -> int:
        self._after(what)
        return int(code)  # type: ignore[call-overload, no-any-return]


def _at(address: int) -> c_void_p:
    return c_void_p.from_address(address)
