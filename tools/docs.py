"""`make docs`: everything in docs/ that the program itself can say."""

from tools import make_hook_docs, openapi, screenshots


def main() -> None:
    """Hook and plugin pages, the OpenAPI snapshot, then the pictures (which take longest)."""
    make_hook_docs.main()
    openapi.main()
    screenshots.main()


if __name__ == "__main__":
    main()
