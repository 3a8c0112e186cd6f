"""Open311 GeoReport v2: other systems file cases here and read what became of them."""
