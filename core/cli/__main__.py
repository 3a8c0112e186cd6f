"""`python -m core.cli ...`: the same as `gridgov ...`, for a process that starts another one."""

from core.cli import main

if __name__ == "__main__":
    main()
