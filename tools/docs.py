"""`make docs`: everything in docs/ that the program itself can say."""

from tools import make_hook_docs, make_tutorial, openapi, screenshots


def main() -> None:
    """Hook and plugin pages, the tutorial, the OpenAPI snapshot, then the pictures (which take longest)."""
    make_hook_docs.main()
    make_tutorial.main()
    openapi.main()
    screenshots.main()


if __name__ == "__main__":
    main()
