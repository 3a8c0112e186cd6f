"""What examples are tried with: the county and the commands of the command line's tests."""

from tests.core.cli.conftest import acceptance, allow, data, run, sign, start, trust

__all__ = ["acceptance", "allow", "data", "run", "sign", "start", "trust"]
