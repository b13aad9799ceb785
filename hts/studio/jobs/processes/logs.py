"""What services say: one line each, as words or with ``HTS_LOG=json`` as JSON, and not too many.

A line names runs, sweeps and processes, and people by their id alone; settings of the environment,
addresses and headers are never written.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import time
from pathlib import Path

from hts.validate import choice, printable

LONGEST = 4000  # characters of a line
MOST_BYTES = 5_000_000  # of one log file; as much again of the one before is kept


class Words(logging.Formatter):
    """One line of words, whatever is named in it; a traceback follows on lines of its own."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        record.message = printable(record.message, LONGEST)
        return super().formatMessage(record)


class JsonLines(logging.Formatter):
    """One JSON object a line: ``time`` (UTC), ``level``, ``name``, ``process``, ``says``."""

    def format(self, record: logging.LogRecord) -> str:
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line = {
            "time": f"{moment}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "name": record.name,
            "process": record.process,
            "says": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line)


def set_up_logs() -> None:
    """Log to stderr in the form that ``HTS_LOG`` says; `BadInput` for another than words, json."""
    form = os.environ.get("HTS_LOG", "words")
    choice("HTS_LOG", form, ("words", "json"))
    handler = logging.StreamHandler()
    words = Words("%(asctime)s %(process)d %(levelname)s %(message)s")
    handler.setFormatter(JsonLines() if form == "json" else words)
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def rotate(path: Path, most: int = MOST_BYTES) -> bool:
    """Move a log's lines to ``<name>.1`` once there are ``most`` bytes; returns whether it was.

    The file is emptied, not replaced: workers have it open to append to, and go on.  What they
    write in that moment may be in neither.
    """
    try:
        if path.stat().st_size < most:
            return False
        shutil.copyfile(path, path.with_name(f"{path.name}.1"))
        os.truncate(path, 0)
    except OSError:
        return False
    return True
