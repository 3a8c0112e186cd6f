"""Pages of cases: open ones for residents, desks for staff."""
