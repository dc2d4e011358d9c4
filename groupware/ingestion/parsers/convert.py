"""Word to PDF by LibreOffice, in a child that may start programs but reach no network."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from groupware.ingestion.sandbox.child import Operation, Refused, Session

PROGRAM = "/usr/bin/soffice"
SECONDS = 110


def available() -> bool:
    """Whether Debian's libreoffice-writer-nogui is installed."""
    return Path(PROGRAM).exists()


def convert(session: Session) -> dict[str, Any]:
    """Write converted.pdf into the scratch folder. Raises Refused("unconverted")."""
    source = session.scratch / "source.docx"
    shutil.copyfile(session.source, source)
    profile = session.scratch / "profile"
    command = [
        PROGRAM, "--headless", "--norestore", "--nolockcheck", "--nodefault",
        f"-env:UserInstallation=file://{profile}",
        "--convert-to", "pdf:writer_pdf_Export", "--outdir", str(session.scratch), str(source),
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise Refused("unconverted") from error
    written = session.scratch / "source.pdf"
    if done.returncode or not written.exists():
        raise Refused("unconverted")
    written.rename(session.scratch / "converted.pdf")
    return {"file": "converted.pdf"}


OPERATIONS: dict[str, Operation] = {"convert": convert}
