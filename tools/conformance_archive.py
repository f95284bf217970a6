"""Makes one file of the conformance kit and the contract, for authors of clients in other languages.

    python tools/conformance_archive.py FOLDER

The same files always make the same archive, byte by byte: whoever has one can compare.
"""

from __future__ import annotations

import gzip
import io
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KIT = ROOT / "conformance"
CONTRACT = ROOT / "openapi.yaml"
AS_JSON = ROOT / "generated" / "pasqal_core_schemas" / "contract.json"


def list_files() -> dict[str, Path]:
    """The files of the kit, by name, and the contract: as it is written, and for those without YAML."""
    files = {path.name: path for path in sorted(KIT.iterdir())}
    files["openapi.yaml"] = CONTRACT
    files["openapi.json"] = AS_JSON
    return files


def make_archive(folder: Path) -> Path:
    """Write the archive into a folder; its path, which has the version of the kit."""
    version = (KIT / "VERSION").read_text(encoding="utf-8")
    name = f"pasqal-conformance-{version.strip()}"
    packed = io.BytesIO()
    with tarfile.open(
        fileobj=packed,
        mode="w",
    ) as archive:
        for file_name, path in list_files().items():
            add_file(
                archive,
                path,
                f"{name}/{file_name}",
            )
    folder.mkdir(
        parents=True,
        exist_ok=True,
    )
    made = folder / f"{name}.tar.gz"
    content = packed.getvalue()
    made.write_bytes(gzip.compress(content, mtime=0))
    return made


def add_file(
    archive: tarfile.TarFile,
    path: Path,
    name: str,
) -> None:
    """Add a file to an archive, without its time and its owner."""
    content = path.read_bytes()
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(
        entry,
        io.BytesIO(content),
    )


def main(arguments: list[str]) -> int:
    """Make the archive, and say where it is."""
    if len(arguments) != 1:
        print("usage: python tools/conformance_archive.py FOLDER", file=sys.stderr)
        return 2
    print(f"{make_archive(Path(arguments[0]))} written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
