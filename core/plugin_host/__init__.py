"""What holds the plugins: which are on, how they are asked, what troubles them. `plugin_manager` loads them."""
