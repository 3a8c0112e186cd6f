"""The diary (民情日记): postings, visits, entries and problems followed to the end."""
