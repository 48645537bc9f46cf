"""`python -m tests.reference` writes docs/reference/ anew, from the program itself."""

from tests.reference.pages import FOLDER, pages


def main() -> None:
    """Write every page, and remove what is none any more."""
    FOLDER.mkdir(exist_ok=True)
    found = pages()
    for old in FOLDER.glob("*.md"):
        if old.name not in found:
            old.unlink()
    for name, text in found.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
