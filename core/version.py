"""The program's version and, apart from it, the version of the plugin surface."""

VERSION = "0.1.0"
# What plugins are built against (docs/plugin-api.md). It moves by its own rules:
# a new hook or name raises the minor number, a removed one the major number.
API_VERSION = "1.0"
