"""Boundaries as plain geometry: rings of (longitude, latitude), no database, no map library.

Villages are a few kilometres wide, so metres are counted on a flat piece of ground around the ring:
the mistake is below a thousandth.
"""
