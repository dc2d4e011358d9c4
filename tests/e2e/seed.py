"""Writes the small city into the database of the current settings (`python -m tests.e2e.seed`)."""

import django

if __name__ == "__main__":
    django.setup()
    from tests.factories.city import make_city

    make_city()
