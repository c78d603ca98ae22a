"""What a writer has not written yet: a queue in bounded memory that counts what it had to refuse."""

from collections.abc import Iterable

from celltrail.journal.frames import DOCUMENT_KIND

_OBJECT_BYTES = 150  # what a bytes object and its place in the queue cost beside the content


class Backlog:
    """Frame bodies in the order that they came. Not thread safe: the writer's lock guards it.

    The bodies are numbered from 0 and `first` is the number of the oldest that is not written. Setting `first` is the
    whole act of taking bodies out, so that an interrupt between two instructions neither loses nor doubles one.

    Attributes:
        first: Number of the oldest body.
        limit_bytes: Memory that it may hold.
        dropped: Events refused since the start.
        unreported: Events refused of which the journal does not tell yet.
    """

    __slots__ = ("_bodies", "_end", "_released", "_size_bytes", "dropped", "first", "limit_bytes", "unreported")

    def __init__(self, limit_bytes: int) -> None:
        self._bodies: dict[int, bytes] = {}
        self.limit_bytes = limit_bytes
        self._size_bytes = 0
        self._end = 0
        self._released = 0
        self.first = 0
        self.dropped = 0
        self.unreported = 0

    def __len__(self) -> int:
        return self._end - self.first

    def __getitem__(self, number: int) -> bytes:
        return self._bodies[number]

    @property
    def end(self) -> int:
        """One more than the number of the newest body."""
        return self._end

    @property
    def size_bytes(self) -> int:
        """Memory held."""
        return self._size_bytes

    def extend(self, bodies: Iterable[bytes]) -> None:
        """Take bodies in, whatever the limit."""
        for body in bodies:
            self._size_bytes += len(body) + _OBJECT_BYTES
            self._bodies[self._end] = body
            self._end += 1

    def offer(self, bodies: Iterable[bytes]) -> None:
        """Take in what fits and refuse the rest; a quarter is kept for documents, so that a run's end finds room."""
        for body in bodies:
            limit = self.limit_bytes if body[0] == DOCUMENT_KIND else self.limit_bytes * 3 // 4
            if self._size_bytes + len(body) + _OBJECT_BYTES > limit:
                self.refuse(1)
            else:
                self.extend((body,))

    def release(self) -> None:
        """Give the memory of written bodies back."""
        while self._released < self.first:
            body = self._bodies.pop(self._released, b"")
            self._size_bytes -= len(body) + _OBJECT_BYTES
            self._released += 1
        if self.first == self._end:
            self._size_bytes = 0

    def trim(self) -> None:
        """Refuse the newest until the rest fits."""
        while self._size_bytes > self.limit_bytes and len(self) > 0:
            self._end -= 1
            self._size_bytes -= len(self._bodies.pop(self._end)) + _OBJECT_BYTES
            self.refuse(1)

    def drop_first(self) -> None:
        """Refuse the oldest: it can never be written here."""
        self.first += 1
        self.refuse(1)

    def refuse(self, count: int) -> None:
        """Count events that are lost."""
        self.dropped += count
        self.unreported += count
