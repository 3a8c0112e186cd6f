"""What holds the plugins: which are on, how they are asked, what ails them. `plugin_manager` loads them."""
