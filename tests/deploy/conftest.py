"""What the deployment files are tried with: the county and the commands of the command line's tests."""

from tests.core.cli.conftest import acceptance, allow, data, free_port, run, write_plugin

__all__ = ["acceptance", "allow", "data", "free_port", "run", "write_plugin"]
