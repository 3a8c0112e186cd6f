"""What the plugin shows on other people's pages."""
