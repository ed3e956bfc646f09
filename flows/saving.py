"""Files written whole or not at all; knows nothing of what stands in them."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path


def save(path: Path, text: str) -> bool:
    """Put a text into a file, so that whoever reads it meanwhile finds the old text or the new, never half of one.

    Args:
        path: The file; its folder is made if it is not there.
        text: What shall stand in it, as UTF-8 with the line ends it has.

    Returns:
        Whether anything changed: a file that holds the text already is left alone.

    Raises:
        OSError: If the file system does not let it.
    """
    content = text.encode("utf-8")
    if path.is_file() and path.read_bytes() == content:
        return False
    save_parts(path, [content])
    return True


def save_parts(path: Path, parts: Iterable[bytes]) -> None:
    """Put what comes part by part into a file, whole or not at all; see `save`.

    Raises:
        OSError: If the file system does not let it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(handle, "wb") as file:
            file.writelines(parts)
        os.chmod(beside, _usual_mode())
        os.replace(beside, path)
    except BaseException:
        os.unlink(beside)
        raise


def save_new(path: Path, text: str) -> None:
    """Put a text into a file that is not there yet.

    Raises:
        FileExistsError: If there is one of that name; it is left alone.
        OSError: If the file system does not let it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "x", encoding="utf-8", newline="") as file:
        file.write(text)


def _usual_mode() -> int:
    """Return who may read and write a new file here; a temporary one is its owner's alone."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
