"""What can go wrong with a file, each with a sentence for the person who sent it."""

from django.utils.functional import Promise

Text = str | Promise


class FileError(Exception):
    """A file was not taken. `sentence` says which rule, what was kept and what to do."""

    status = 422

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)


class Refusal(FileError):
    """The file itself cannot be taken (name, emptiness)."""


class TooLarge(FileError):
    """Over the limit of one file, or of what one person may have under way."""

    status = 413


class StorageFull(FileError):
    """No room on the disk; nothing of the file was kept."""

    status = 507


class BytesMissing(FileError):
    """The bytes of a known file are not where they should be (a damaged store)."""

    status = 500


class OnHold(FileError):
    """Bytes under a hold are not destroyed."""

    status = 409
